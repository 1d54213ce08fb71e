"""What a measurement writes into the documents: tables between two markers."""

import os
import re
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path

from bench.failures.causes import CAUSES
from bench.failures.lane import SLIPWAY
from bench.failures.outcome import Outcome
from bench.failures.peers import PEERS, SECONDS
from bench.page import machine, write_between

_PAGE = "failures.md"
_TOOLS = (SLIPWAY, *(each.name for each in PEERS))
_CHARACTERS = 160
_GENERATED = (
    (re.compile(r"\bslipway-live-[0-9a-f]{6}-(?=worker|control)"), ""),
    (re.compile(r"\b(slipway-)?live-[0-9a-f]{6}\b"), "shop"),
    (re.compile(r"(?<=\bweb)(-migration)?-[0-9a-f]{7,10}-[0-9a-z]{5}\b"), r"\1-…"),
    (re.compile(r"\blocalhost:\d+"), "registry"),
)
"""Names that differ in each run, and what stands for them."""


def write_page(docs: Path, outcomes: Sequence[Outcome]) -> None:
    """Write the outcomes of all causes into the page."""
    write_between(docs / _PAGE, "make bench-failures", table(outcomes))


def table(outcomes: Sequence[Outcome]) -> str:
    """Return outcomes as Markdown, with a summary before them."""
    causes = [each for name, each in CAUSES.items() if _of(outcomes, SLIPWAY, name)]
    rows = [_row("cause", "Slipway's first line", *(f"{tool}" for tool in _TOOLS))]
    rows.append(_row(*(("---",) * (2 + len(_TOOLS)))))
    others = [_row("cause", *_TOOLS[1:]), _row(*(("---",) * len(_TOOLS)))]
    for cause in causes:
        by_tool = [_of(outcomes, tool, cause.name) for tool in _TOOLS]
        first, *rest = ([each.first_line for each in found] for found in by_tool)
        rows.append(_row(cause.title, _cut(first[0]), *map(_cell, by_tool)))
        others.append(_row(cause.title, *(_cut(lines[0]) for lines in rest)))
    heading = "First lines of the others' messages:"
    return "\n".join([_summary(outcomes), "", *rows, "", heading, "", *others])


def _summary(outcomes: Sequence[Outcome]) -> str:
    ours = _of(outcomes, SLIPWAY)
    causes = {each.cause for each in outcomes}
    quiet = [c for c in causes if all(each.wrote_nothing for each in _of(ours, SLIPWAY, c))]
    kept = sum(each.left_the_version_before for each in ours)
    measured = (
        f"Measured on {machine()}, with a load of {os.getloadavg()[2]:.0f} in the last quarter of "
        f"an hour, all tools at the same time; the others wait for {SECONDS} s. "
        f"Slipway wrote nothing for {len(quiet)} of {len(causes)} causes, and after {kept} of "
        f"{len(ours)} runs the cluster had the version before, which served."
    )
    lines = [
        measured,
        "",
        _row("tool", "cause named", "median", "worst", "the version before afterwards"),
        _row(*(("---",) * 5)),
    ]
    for tool in _TOOLS:
        found = _of(outcomes, tool)
        seconds = [each.seconds for each in found]
        named = sum(each.is_named for each in found)
        kept = sum(each.left_the_version_before for each in found)
        lines.append(
            _row(
                tool,
                f"{named} of {len(found)}",
                f"{statistics.median(seconds):.1f} s",
                f"{max(seconds):.1f} s",
                f"{kept} of {len(found)}",
            )
        )
    return "\n".join(lines)


def _of(outcomes: Iterable[Outcome], tool: str, cause: str | None = None) -> list[Outcome]:
    return [each for each in outcomes if each.tool == tool and cause in (None, each.cause)]


def _cell(found: Sequence[Outcome]) -> str:
    """Return seconds, and whether the cause was named."""
    seconds = statistics.median(each.seconds for each in found)
    named = sum(each.is_named for each in found)
    if named == len(found):
        return f"{seconds:.1f} s"
    if any(each.code == 0 for each in found):
        return f"{seconds:.1f} s, reported as a success"
    return f"{seconds:.1f} s, not named" + (f" by {len(found) - named}" if named else "")


def _cut(line: str) -> str:
    for names, shorter in _GENERATED:
        line = names.sub(shorter, line)
    shown = line if len(line) <= _CHARACTERS else f"{line[: _CHARACTERS - 1]}…"
    return f"`{shown.replace('|', '/').replace('`', chr(39))}`"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
