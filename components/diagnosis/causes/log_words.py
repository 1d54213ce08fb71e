"""The lines by which a log shows a cause: words of programs, libraries and shells."""

import re

from ..trouble import Patience
from .cause import words
from .log_cause import LogCause, Reason
from .paths import folder, path_in, port_in


def _read_only(line: str) -> Reason:
    path = path_in(line)
    place = path or "a file"
    setting = folder(path) if path else "/path/of/the/folder"
    return Reason(
        f"it cannot write {place}, as the file system is read-only",
        "The file system of an image is read-only in its containers, except for the paths that "
        "the settings name; these are empty in each new pod.",
        f"add the folder to the application's settings: `writable: [/tmp, {setting}]`",
    )


def _low_port(line: str) -> Reason:
    port = port_in(line)
    higher = 8000 + port if port is not None and port < 1024 else 8080
    shown = f"port {port}" if port else "a port below 1024"
    return Reason(
        f"it may not listen on {shown}",
        "Containers run without root, and nodes may keep the ports below 1024 for root.",
        f"let the application listen on a higher port, and set it: `port: {higher}`",
    )


def _port_in_use(line: str) -> Reason:
    port = port_in(line)
    shown = f"port {port}" if port else "its port"
    return Reason(
        f"{shown} is in use already in its pod",
        "All containers of a pod share one address, so each needs a port of its own; or the "
        "program starts itself twice.",
        "give one of the containers another port, e.g. `port: 9090` in its entry of `sidecars`",
    )


def _permission(line: str) -> Reason:
    path = path_in(line)
    return Reason(
        f"it has no permission for {path or 'a file'}",
        "Containers run as the image's numeric user, without root, and the file belongs to "
        "another user or lacks the permission.",
        f"in the Dockerfile, `COPY --chown=10001:10001 …` or `RUN chmod -R a+rX {path or '/app'}`; "
        f"if it is to be written, `writable: [/tmp, {folder(path) if path else '/path'}]`",
    )


def _platform(line: str) -> Reason:
    del line
    return Reason(
        "its program is built for another processor than that of the node (exec format error)",
        "Images are built for one platform, such as linux/amd64 or linux/arm64; or a script has "
        "no first line such as `#!/bin/sh`.",
        "build for the nodes' platform, e.g. `platform: linux/amd64` in `slipway:image`; "
        "`kubectl get nodes --label-columns kubernetes.io/arch` shows it",
    )


def _command(line: str) -> Reason:
    match = re.search(r"exec (\S+?):|: ([^\s:]+): (?:command )?not found", line)
    name = next(filter(None, match.groups()), "its command") if match else "its command"
    return Reason(
        f"the image has no program {name}",
        "The command names a program that is not in the image, or a script whose interpreter "
        "(the first line, e.g. #!/bin/bash) is not.",
        "correct `command` in the settings, or CMD and ENTRYPOINT in the Dockerfile, "
        'e.g. `command: ["node", "server.js"]`',
    )


def _module(line: str) -> Reason:
    match = re.search(r"""(?:module|named|libraries:)\s+['"]?([^\s'":]+)""", line, re.IGNORECASE)
    name = match[1] if match else "a module"
    return Reason(
        f"the image lacks {name}",
        "The program needs a module or library that was not installed into the image.",
        "install it in the Dockerfile, and check that .dockerignore does not leave it out",
    )


def _unreachable(line: str) -> Reason:
    match = re.search(
        r"(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|lookup|host name|dial tcp) \"?([\w.:\-\[\]]+)", line
    )
    name = match[1].rstrip(":") if match else "another service"
    return Reason(
        f"it cannot reach {name}",
        "The program ends because something that it needs does not answer: it is not running, its "
        "name is wrong, or the network policy does not let the traffic pass.",
        "declare what it calls, e.g. `calls: [orders]`, or `egress` for addresses outside; and let "
        "the program try again for a while before it ends",
    )


def _heap(line: str) -> Reason:
    del line
    return Reason(
        "it ran out of memory",
        "The program reached the memory that its runtime allows itself, or the container's limit.",
        "give it more, e.g. `memory: 256Mi`, and raise the runtime's own limit if it has one",
    )


_CERTAIN, _CRASHES = Patience.CERTAIN, Patience.CRASHES
LOG_CAUSES = (
    LogCause(
        "read-only-file-system",
        _CERTAIN,
        words(r"read-only file system(?!\?)|\bEROFS\b|\[Errno 30\]"),
        _read_only,
    ),
    LogCause(
        "port-below-1024",
        _CERTAIN,
        words(r"(?:bind|listen).*(?:permission denied|EACCES)|EACCES.*(?:bind|listen)"),
        _low_port,
    ),
    LogCause(
        "port-in-use", _CRASHES, words(r"address (?:is )?already in use|EADDRINUSE"), _port_in_use
    ),
    LogCause("other-platform", _CERTAIN, words(r"exec format error"), _platform),
    LogCause(
        "command-not-found",
        _CERTAIN,
        words(r"^exec \S+: no such file or directory|: [^\s:]+: (?:command )?not found$"),
        _command,
    ),
    LogCause(
        "permission-denied", _CERTAIN, words(r"permission denied|\bEACCES\b|\bEPERM\b"), _permission
    ),
    LogCause(
        "module-missing",
        _CERTAIN,
        words(r"cannot find module|no module named|error while loading shared libraries"),
        _module,
    ),
    LogCause(
        "memory-exhausted",
        _CRASHES,
        words(r"heap out of memory|OutOfMemoryError|\bMemoryError\b|cannot allocate memory"),
        _heap,
    ),
    LogCause(
        "dependency-unreachable",
        _CRASHES,
        words(
            r"ECONNREFUSED|ENOTFOUND|EAI_AGAIN|connection refused|no such host|"
            r"could not translate host name|"
            r"host not found in upstream|name or service not known|name resolution"
        ),
        _unreachable,
    ),
)
"""Causes by the words of a line, the most certain first."""
