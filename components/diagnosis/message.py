"""The message about a trouble, for a terminal and the log of a CI."""

import re
import textwrap
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from .causes.answers import port_in_log
from .causes.log_cause import is_of_trace, shown_in
from .causes.log_words import LOG_CAUSES
from .masking import masked
from .trouble import Patience, Trouble

_COLUMNS = 100
_FIRST_COLUMNS = 400
"""Of the first line, which is not broken: Pulumi repeats it by itself, and people search for it."""
_LINES = 25
_INDENT = "  "
_ENDS = ("exit-code", "exit-signal", "exit-zero")
_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[@-~]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def explain(
    trouble: Trouble,
    log_lines: Sequence[str],
    secrets: Collection[str] = (),
    notes: Sequence[str] = (),
) -> str:
    """Return the whole message about a trouble: the first line, and at most 24 of 100 columns.

    `log_lines` are the last ones of `trouble.log_of`; none where it cannot be read. `notes` stand
    before the next step. Values of `secrets` are masked in all that programs and the cluster
    wrote, before it is cut to its length.
    """
    log = "\n".join(log_lines or trouble.log_tail)
    lines = masked(_stripped(log), secrets).split("\n")
    trouble = refined(trouble, lines)
    first = " ".join(masked(_stripped(trouble.first_line), secrets).split())
    before = [_cut(first, _FIRST_COLUMNS)]
    before += _labelled("why", masked(_stripped(trouble.explanation), secrets))
    if probe := trouble.probe:
        answer = masked(_stripped(probe.answer), secrets) or "nothing"
        before += _labelled("probe", f"{probe.kind}, {probe.check}: {answer}")
    events = [
        _cut(f"{_INDENT}event: {masked(_stripped(each), secrets)}") for each in trouble.events
    ]
    noted = [_wrapped(masked(note, secrets), _INDENT, _INDENT * 2) for note in notes]
    after = [line for lines_of_note in noted for line in lines_of_note]
    after += _labelled("next", masked(trouble.next_step, secrets))
    room = max(3, _LINES - len(before) - len(after) - len(events))
    return "\n".join((*before, *events, *_log(trouble, lines, room), *after))


def refined(trouble: Trouble, log_lines: Sequence[str]) -> Trouble:
    """Return a trouble with the cause that the log of its container shows."""
    if trouble.cause == "probe-refused" and trouble.probe is not None:
        finding = port_in_log(trouble.probe, list(log_lines))
        return replace(trouble, cause="probe-port", finding=finding) if finding else trouble
    shown = shown_in(log_lines, LOG_CAUSES)
    if shown is None:
        return trouble
    cause, reason = shown
    if trouble.cause in _ENDS:
        finding = reason.finding(trouble.finding.summary)
        return replace(trouble, cause=cause.key, finding=finding)
    if trouble.patience is Patience.READINESS:
        explanation = f"{trouble.explanation} Its log shows that {reason.because}."
        return replace(trouble, finding=replace(trouble.finding, explanation=explanation))
    return trouble


def _log(trouble: Trouble, lines: Sequence[str], room: int) -> Iterator[str]:
    """Yield the last lines of a log, with a heading, in as many lines as there is room for."""
    if trouble.log_of is None:
        return
    run = ", of the run before" if trouble.log_of.previous else ""
    written = [line for line in lines if line.strip()]
    if len(written) >= room:
        written = [line for line in written if not is_of_trace(line)] or written
    shown = written[-(room - 1) :]
    if not shown:
        yield f"{_INDENT}log of {trouble.log_of.container}{run}: empty"
        return
    yield f"{_INDENT}log of {trouble.log_of.container}{run}:"
    yield from (_cut(f"{_INDENT}| {line}") for line in shown)


def _labelled(label: str, text: str) -> list[str]:
    return _wrapped(text, f"{_INDENT}{label}: ", _INDENT * 2)


def _wrapped(text: str, first: str, following: str) -> list[str]:
    return textwrap.wrap(
        _stripped(text),
        _COLUMNS,
        initial_indent=first,
        subsequent_indent=following,
        break_on_hyphens=False,
        max_lines=4,
        placeholder=" …",
    )


def _cut(line: str, columns: int = _COLUMNS) -> str:
    line = line.expandtabs(4).rstrip()
    return line if len(line) <= columns else f"{line[: columns - 1]}…"


def _stripped(text: str) -> str:
    """Return a text without colours and other control characters: a secret may have them inside."""
    return _CONTROL.sub("", _ESCAPES.sub("", text))
