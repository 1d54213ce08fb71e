"""Causes for which a process ends."""

import signal
from collections.abc import Callable

from ..details import Details
from ..pods import Container
from ..times import parsed
from ..trouble import Finding, Patience
from .cause import Cause
from .log_cause import LogCause, shown_in
from .log_words import LOG_CAUSES
from .settings import doubled, limit, setting

_NOT_EXECUTABLE, _NOT_FOUND, _SIGNALS = 126, 127, 128
_HIGHEST_SIGNAL = 64


def end_in_words(end: Details) -> str:
    """Return how a process ended, such as `ended with exit code 1 after 3 s`."""
    number = _signal_of(end)
    how = f"was ended by {_signal_name(number)}" if number else f"ended with exit code {_code(end)}"
    return f"{how}{_lifetime(end)}"


def _signal_of(end: Details) -> int:
    """Return the signal that ended a process; 0 if none did."""
    number = end.get("signal") or _code(end) - _SIGNALS
    return number if 0 < number <= _HIGHEST_SIGNAL else 0


def _code(end: Details) -> int:
    """Return the exit code of a run; -1 if none has ended."""
    return (end.get("exitCode") or 0) if end else -1


def _signal_name(number: int) -> str:
    try:
        return f"signal {number} ({signal.Signals(number).name})"
    except ValueError:
        return f"signal {number}"


def _lifetime(end: Details) -> str:
    started, finished = end.get("startedAt"), end.get("finishedAt")
    if not started or not finished:
        return ""
    seconds = (parsed(finished) - parsed(started)).total_seconds()
    return f" after {seconds:.0f} s" if seconds >= 1 else " at once"


def _out_of_memory(container: Container) -> Finding | None:
    end = _last(container)
    at_start = "init was OOM-killed" in _message(container)
    if end.get("reason") != "OOMKilled" and not at_start:
        return None
    memory = limit(container, "memory")
    more = setting(container, f"memory: {doubled(memory) if memory else '128Mi'}")
    return Finding(
        f"was killed for memory{_lifetime(end)}: it used more than its limit"
        + (f" of {memory}" if memory else ""),
        "A container may use as much memory as its limit; beyond it, the kernel ends the process "
        "at once, without a line in its log.",
        f"give it more memory, e.g. {more}; or find out what uses it",
    )


def _message(container: Container) -> str:
    return (container.last_end or {}).get("message") or container.waiting.get("message") or ""


def _shown(cause: LogCause) -> Callable[[Container], Finding | None]:
    """Return the recogniser of a cause by the log that the kubelet keeps of an end."""

    def recognise(container: Container) -> Finding | None:
        end = _last(container)
        shown = shown_in((end.get("message") or "").splitlines(), LOG_CAUSES)
        if shown is None or shown[0] is not cause:
            return None
        return shown[1].finding(end_in_words(end))

    return recognise


def _not_found(container: Container) -> Finding | None:
    if _code(_last(container)) != _NOT_FOUND:
        return None
    return Finding(
        f"{_end(container)}: its shell found no such command",
        "Exit code 127 is that of a shell for a command that is not in the image, or not in PATH.",
        "correct the script or `command`, or install the program in the Dockerfile",
    )


def _not_executable(container: Container) -> Finding | None:
    if _code(_last(container)) != _NOT_EXECUTABLE:
        return None
    return Finding(
        f"{_end(container)}: its shell may not execute the command",
        "Exit code 126 is that of a shell for a file that is not executable.",
        "in the Dockerfile, `COPY --chmod=755 …` or `RUN chmod a+x …` for the file",
    )


def _by_signal(container: Container) -> Finding | None:
    number = _signal_of(_last(container))
    if not number:
        return None
    if number == signal.SIGKILL:
        return Finding(
            _end(container),
            "The process was ended from outside, without a chance to report it: mostly as a "
            "process in the container used too much memory, or did not end when asked to.",
            f"give it more memory if that may be short, e.g. {setting(container, 'memory: 256Mi')}",
        )
    return Finding(
        _end(container),
        "SIGSEGV, SIGABRT and SIGILL are faults of the program or of its libraries; SIGTERM is a "
        "request to end.",
        "read its log, and run the image on this machine: `docker run --rm IMAGE`",
    )


def _by_itself(container: Container) -> Finding | None:
    if _code(_last(container)) != 0 or container.has_to_end:
        return None
    return Finding(
        f"{_end(container)}, though it is to run until it is stopped",
        "A container that serves must keep a process in the foreground; this one went to the "
        "background or had nothing to do.",
        'run the server in the foreground, e.g. `command: ["nginx", "-g", "daemon off;"]`; or set '
        "`kind: Job` for work that ends",
    )


def _with_code(container: Container) -> Finding | None:
    if _code(_last(container)) <= 0:
        return None
    return Finding(
        _end(container),
        "The program ended with an error of its own; its last lines mostly show why."
        + (" The application starts once it has succeeded." if container.is_init else ""),
        "read its log; correct the program or its settings (`env`, `secrets`, `files`)",
    )


def _last(container: Container) -> Details:
    return container.last_end or {}


def _end(container: Container) -> str:
    return end_in_words(_last(container))


ENDS: tuple[Cause[Container], ...] = (
    Cause("out-of-memory", Patience.CERTAIN, _out_of_memory),
    *(Cause(each.key, each.patience, _shown(each)) for each in LOG_CAUSES),
    Cause("command-not-found", Patience.CERTAIN, _not_found),
    Cause("permission-denied", Patience.CERTAIN, _not_executable),
    Cause("exit-signal", Patience.CRASHES, _by_signal),
    Cause("exit-zero", Patience.CRASHES, _by_itself),
    Cause("exit-code", Patience.CRASHES, _with_code),
)
"""Causes of the end of a process, the most telling first."""
