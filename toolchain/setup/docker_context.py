"""The part of the `pulumi` wrapper that gives the docker plugin the address that `docker` uses.

`docker`, and kind through it, know Docker's current context; the docker plugin knows DOCKER_HOST,
DOCKER_CERT_PATH and DOCKER_TLS_VERIFY.  Colima, OrbStack, Rancher Desktop, rootless Docker and
Docker Desktop set a context.  https://docs.docker.com/engine/manage-resources/contexts/
"""

from toolchain.engine.client import DEFAULT_HOST

# DOCKER_HOST comes before DOCKER_CONTEXT and the current context for `docker`, too. What the
# plugin would use anyway is not set, so that nothing changes where there is one engine only. A
# `docker` that fails for another reason, as Podman's does, which knows no contexts, has none.
SCRIPT = f"""\
if [ -z "${{DOCKER_HOST-}}" ] && command -v docker >/dev/null; then
    form='{{{{.Endpoints.docker.Host}}}}|{{{{len .TLSMaterial}}}}|{{{{.Storage.TLSPath}}}}'
    if endpoint=$(docker context inspect --format "$form" 2>/dev/null); then
        host=${{endpoint%%|*}}
        tls=${{endpoint#*|}}
        keys=${{tls#*|}}/docker
        if [ "${{tls%%|*}}" != 0 ]; then
            for file in ca.pem cert.pem key.pem; do
                [ -e "$keys/$file" ] && continue
                echo "error: Docker's current context reaches $host by TLS and has no $file," \\
                    "which Pulumi's docker plugin needs" >&2
                echo "  next: docker context create NAME --docker" \\
                    "host=$host,ca=...,cert=...,key=..., then docker context use NAME" >&2
                exit 1
            done
            export DOCKER_CERT_PATH="$keys" DOCKER_TLS_VERIFY=1
        fi
        [ "$host" = {DEFAULT_HOST} ] || export DOCKER_HOST="$host"
    else
        reason=$(docker context inspect 2>&1 >/dev/null)
        case $reason in *"not found"*)
            echo "error: Docker's current context cannot be read: $reason" >&2
            echo "  next: docker context ls, then docker context use NAME" >&2
            exit 1
        esac
    fi
fi
"""
"""Lines of sh, which end the script with a message for a context that the plugin cannot use."""
