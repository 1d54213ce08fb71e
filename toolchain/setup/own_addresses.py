"""The part of the `pulumi` wrapper that keeps proxies from this machine's own addresses.

Pulumi's programs in Python speak to it by gRPC at 127.0.0.1. In Python, gRPC asks the proxy
of `http_proxy` and `https_proxy` for that address, too, unless `no_proxy` has it in a list without
`*`: `pulumi up` would fail before its program began.
https://github.com/grpc/grpc/blob/master/doc/environment_variables.md
"""

# Both forms of each variable, as some programs read one of them only. `*` is not understood in a
# list by all, and turns the proxies off.
SCRIPT = """\
if [ -n "${http_proxy-}${https_proxy-}${HTTP_PROXY-}${HTTPS_PROXY-}${all_proxy-}${ALL_PROXY-}" ]
then
    if [ "${no_proxy-}" = "*" ] || [ "${NO_PROXY-}" = "*" ]; then
        unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY
    else
        no_proxy=$(printf %s "${no_proxy-},${NO_PROXY-}" | tr -s ' ;,' ',,,')
        no_proxy="localhost,127.0.0.1,::1,${no_proxy#,}"
        no_proxy="${no_proxy%,}"
        export no_proxy NO_PROXY="$no_proxy"
    fi
fi
"""
"""Lines of sh."""
