"""A plot of latency over time, as SVG."""

import math
from collections.abc import Sequence
from html import escape

from tests.load.report import Report
from tests.load.sample import Sample
from tests.soak.phases import Phase

_WIDTH, _HEIGHT = 960, 430
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 10, 40, 90
_LEAST, _MOST = 1.0, 10_000.0
"""Milliseconds at the lower and the upper end, on a logarithmic scale."""

_WINDOW_SECONDS = 2.0
_QUANTILES = ((0.5, "p50", "#3b76af"), (0.99, "p99", "#d1711c"))
_LOSS = "#c0272d"
_OPENING = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
    'font-family="sans-serif" font-size="11">'
)
_BANDS = (
    "#eef2f6", "#dfe9d8", "#f6e3c8", "#e9dcf0", "#d3e6f3", "#f7d9d9", "#efeecb", "#d5ece8",
    "#e3e0dc",
)  # fmt: skip
_COLUMNS = 3


def plot(report: Report, phases: Sequence[Phase]) -> str:
    """Return the latency of requests in windows of two seconds, over the phases of a run."""
    start = phases[0].start
    scale = _Scale(start, phases[-1].end - start)
    parts = [
        _OPENING,
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#ffffff"/>',
        *_bands(phases, scale),
        *_axes(scale),
        *_lines(report, scale),
        *(
            f'<circle cx="{scale.x(each.due):.1f}" cy="{scale.y(_MOST):.1f}" r="3" fill="{_LOSS}"/>'
            for each in report.samples
            if each.lost
        ),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


class _Scale:
    """Places of times and latencies."""

    def __init__(self, start: float, seconds: float) -> None:
        self.start, self.seconds = start, seconds

    def x(self, time: float) -> float:
        share = (time - self.start) / self.seconds
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, milliseconds: float) -> float:
        within = min(max(milliseconds, _LEAST), _MOST)
        share = math.log(within / _LEAST) / math.log(_MOST / _LEAST)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def _bands(phases: Sequence[Phase], scale: _Scale) -> list[str]:
    """Return a band for each phase, and what the colors of the bands mean."""
    names = list(dict.fromkeys(each.name for each in phases))
    colors = {name: _BANDS[number % len(_BANDS)] for number, name in enumerate(names)}
    parts = [
        f'<rect x="{scale.x(each.start):.1f}" y="{_TOP}" height="{_HEIGHT - _TOP - _BOTTOM}" '
        f'width="{scale.x(each.end) - scale.x(each.start):.1f}" fill="{colors[each.name]}" '
        'stroke="#ffffff"/>'
        for each in phases
    ]
    for number, name in enumerate(names):
        x = _LEFT + number % _COLUMNS * (_WIDTH - _LEFT) // _COLUMNS
        y = _HEIGHT - _BOTTOM + 30 + number // _COLUMNS * 18
        parts.append(f'<rect x="{x}" y="{y}" width="12" height="12" fill="{colors[name]}"/>')
        parts.append(f'<text x="{x + 18}" y="{y + 10}">{escape(name)}</text>')
    return parts


def _axes(scale: _Scale) -> list[str]:
    parts: list[str] = []
    for milliseconds in (1, 10, 100, 1000, 10_000):
        y = scale.y(milliseconds)
        parts.append(f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#c8ccd0"/>')
        parts.append(
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{milliseconds} ms</text>'
        )
    for second in range(0, int(scale.seconds), 60):
        x = scale.x(scale.start + second)
        parts.append(f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 16}">{second // 60} min</text>')
    for number, (_, name, color) in enumerate(_QUANTILES):
        parts.append(f'<text x="{_LEFT + 50 * number}" y="20" fill="{color}">{name}</text>')
    parts.append(f'<text x="{_LEFT + 100}" y="20" fill="{_LOSS}">lost requests: dots</text>')
    return parts


def _lines(report: Report, scale: _Scale) -> list[str]:
    windows = _windows(report, scale)
    lines: list[str] = []
    for share, _, color in _QUANTILES:
        points = " ".join(
            f"{scale.x(at):.1f},{scale.y(1000 * part.seconds(share)):.1f}" for at, part in windows
        )
        lines.append(f'<polyline points="{points}" fill="none" stroke="{color}"/>')
    return lines


def _windows(report: Report, scale: _Scale) -> list[tuple[float, Report]]:
    """Return the requests of each window, with the time of its middle."""
    found: dict[int, list[Sample]] = {}
    for sample in report.samples:
        number = int((sample.due - scale.start) // _WINDOW_SECONDS)
        found.setdefault(number, []).append(sample)
    return [
        (scale.start + (number + 0.5) * _WINDOW_SECONDS, Report(found[number]))
        for number in sorted(found)
        if 0 <= number * _WINDOW_SECONDS < scale.seconds
    ]
