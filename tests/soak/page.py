"""What a long run writes into the documents: a table between two markers, and a plot."""

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from tests.generated import write_part
from tests.load.report import Report
from tests.soak.phases import REST, ROLLOUT, UNCHANGED, Phases
from tests.soak.plot import plot

_PAGE, _PLOT = "performance.md", "soak.svg"
_HEAD = ("requests", "lost", "retried", "p50", "p99", "max")


def write_page(docs: Path, report: Report, phases: Phases, loads: Sequence[str]) -> None:
    """Write the figures of a run into the page, and the plot beside it.

    `loads` are those whose latency is compared: they have the application that was rolled out.
    """
    text = f"{table(report, phases, loads)}\n\n![Latency of the sample over the run]({_PLOT})"
    write_part(docs / _PAGE, "soak", text)
    (docs / _PLOT).write_text(plot(report.of(*loads), phases.all), encoding="utf-8")


def table(report: Report, phases: Phases, loads: Sequence[str]) -> str:
    """Return the figures of a run as Markdown."""
    compared = report.of(*loads)
    rest, unchanged, rollout = (
        phases.part(compared, name).seconds(0.99) for name in (REST, UNCHANGED, ROLLOUT)
    )
    every = dict.fromkeys(each.load for each in report.samples)
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}"
    summary = (
        f"Measured on {machine}: {report.sent:,} requests, {report.lost} lost, {report.retried} "
        "sent again as their clients may. The p99 of the sample during rolling updates is "
        f"{rollout / rest:.2f} times that at rest, and {rollout / unchanged:.2f} times that during "
        "an `up` which changes nothing."
    )
    lines = [
        summary,
        "",
        _row("the sample, during", "times", *_HEAD),
        _row(*(("---",) * 8)),
        *(
            _row(name, str(len(phases.named(name))), *_cells(phases.part(compared, name)))
            for name in phases.names()
        ),
        "",
        _row("load, over all", *_HEAD),
        _row(*(("---",) * 7)),
        *(_row(name, *_cells(report.of(name))) for name in every),
    ]
    return "\n".join(lines)


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _cells(report: Report) -> list[str]:
    latencies = [f"{1000 * report.seconds(share):.1f} ms" for share in (0.5, 0.99, 1)]
    return [f"{report.sent:,}", str(report.lost), str(report.retried), *latencies]
