"""Causes for which the container runtime cannot start a process."""

import re
from collections.abc import Callable

from ..details import Details
from ..pods import Container
from ..trouble import Finding, Patience
from .cause import Cause, Words, words
from .settings import doubled, limit, setting

_WAITING = ("RunContainerError", "CreateContainerError", "PostStartHookError", "StartError")
_ENDED = ("StartError", "ContainerCannotRun")
_RUNTIME_ERROR = 128


def _text(container: Container) -> str:
    """Return what the runtime reports; empty if the container has started."""
    end: Details = container.last_end or {}
    waiting = container.waiting
    if end.get("reason") in _ENDED or end.get("exitCode") == _RUNTIME_ERROR:
        return end.get("message") or waiting.get("message") or "runtime error 128"
    if waiting.get("reason") in _WAITING:
        return f"{waiting['reason']}: {waiting.get('message') or ''}"
    return ""


def _command(container: Container) -> str:
    return setting(container, 'command: ["node", "server.js"]')


def _not_found(match: re.Match[str], container: Container) -> Finding:
    return Finding(
        f"cannot start: its image has no program {match['name']}",
        "The command names a program that is not in the image, or a script whose interpreter (its "
        "first line, e.g. #!/bin/bash) is not.",
        f"correct the command, e.g. {_command(container)}, or CMD and ENTRYPOINT in the Dockerfile",
    )


def _other_platform(match: re.Match[str], container: Container) -> Finding:
    del match
    node = container.pod.node or "NODE"
    return Finding(
        "cannot start: its program is built for another processor than that of the node "
        "(exec format error)",
        "Images are built for one platform, such as linux/amd64 or linux/arm64; or a script has no "
        "first line such as `#!/bin/sh`.",
        "build for the nodes' platform, e.g. `platform: linux/amd64` in `slipway:image`; `kubectl "
        f"get node {node} --label-columns kubernetes.io/arch` shows it",
    )


def _permission(match: re.Match[str], container: Container) -> Finding:
    del container
    return Finding(
        f"cannot start: it may not execute {match['name']}",
        "The file is not executable, or belongs to another user than the numeric one that the "
        "container runs as.",
        "in the Dockerfile, `COPY --chmod=755 …` or `RUN chmod a+x …` for the file",
    )


def _memory(match: re.Match[str], container: Container) -> Finding:
    del match
    memory = limit(container, "memory")
    more = setting(container, f"memory: {doubled(memory) if memory else '128Mi'}")
    return Finding(
        "was killed for memory before it started: its limit"
        + (f" of {memory}" if memory else "")
        + " is too low for any program",
        "A container may use as much memory as its limit, and its start needs some, too.",
        f"give it more memory, e.g. {more}",
    )


def _no_command(match: re.Match[str], container: Container) -> Finding:
    del match
    return Finding(
        "cannot start: neither its image nor the settings name a command",
        "An image without CMD and ENTRYPOINT does not know what to run.",
        f"name it, e.g. {_command(container)}, or CMD in the Dockerfile",
    )


def _hook(match: re.Match[str], container: Container) -> Finding:
    del match, container
    return Finding(
        "was stopped as its postStart hook failed",
        "The hook runs beside the start of the container, and must succeed.",
        "correct the hook, and read its log",
    )


def _busy(match: re.Match[str], container: Container) -> Finding:
    del match
    return Finding(
        "cannot start yet: the container runtime of its node does not answer in time",
        "The node is busy; it tries again by itself.",
        f"`kubectl describe node {container.pod.node or 'NODE'}` shows what runs on it",
    )


def _other(match: re.Match[str], container: Container) -> Finding:
    node = container.pod.node or "NODE"
    return Finding(
        f"cannot start: {' '.join(match.string.split())[-160:]}",
        "The container runtime of the node reports an error.",
        f"{container.pod.described} and `kubectl describe node {node}` have more",
    )


_NAME = r"(?:exec:? )?\"?(?P<name>[^\s\":]+)\"?"
_WORDS: tuple[tuple[str, Patience, str, Callable[[re.Match[str], Container], Finding]], ...] = (
    ("out-of-memory", Patience.CERTAIN, r"init was OOM-killed", _memory),
    ("other-platform", Patience.CERTAIN, r"exec format error", _other_platform),
    ("command-not-found", Patience.CERTAIN, rf"{_NAME}: executable file not found", _not_found),
    ("command-not-found", Patience.CERTAIN, rf"(?:exec|stat):? {_NAME}: no such file", _not_found),
    ("permission-denied", Patience.CERTAIN, rf"exec:? {_NAME}: permission denied", _permission),
    ("no-command", Patience.CERTAIN, r"no command specified", _no_command),
    ("post-start-hook", Patience.CRASHES, r"PostStartHook", _hook),
    ("runtime-busy", Patience.CLUSTER, r"is reserved for|deadline exceeded|^Create", _busy),
    ("runtime-error", Patience.CRASHES, r".", _other),
)

STARTS: tuple[Cause[Container], ...] = tuple(
    Words(key, patience, words(pattern), describe).cause(_text)
    for key, patience, pattern, describe in _WORDS
)
"""Causes of a process that the runtime cannot start, the most telling first."""
