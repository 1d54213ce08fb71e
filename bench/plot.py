"""A plot of rows of seconds, as SVG: the median of each as a bar, its rounds as dots."""

import statistics
from collections.abc import Sequence
from html import escape

from bench.rows import Row

_LEFT, _WIDTH, _ROW = 360, 960, 58
_COLORS = ("#3b76af", "#b8bec4")
_DOT = "#22262a"
_OPENING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
    'font-family="sans-serif" font-size="13">'
)


def plot(rows: Sequence[Row]) -> str:
    """Return a plot; the upper bar of a row is what was measured, the lower one what is beside."""
    most = max(max(*row.ours, *row.others) for row in rows)
    scale = (_WIDTH - _LEFT - 20) / most
    height = 20 + _ROW * len(rows)
    parts = [
        _OPENING.format(width=_WIDTH, height=height),
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
    ]
    for number, row in enumerate(rows):
        top = 14 + _ROW * number
        parts.append(_label(top + 15, row.what))
        parts.append(_label(top + 35, row.beside))
        for line, (rounds, color) in enumerate(zip((row.ours, row.others), _COLORS, strict=True)):
            y = top + 4 + 20 * line
            width = statistics.median(rounds) * scale
            parts.append(
                f'<rect x="{_LEFT}" y="{y}" width="{width:.1f}" height="16" fill="{color}"/>'
            )
            parts += [
                f'<circle cx="{_LEFT + each * scale:.1f}" cy="{y + 8}" r="2.5" fill="{_DOT}"/>'
                for each in rounds
            ]
    return "\n".join([*parts, "</svg>"]) + "\n"


def _label(y: int, text: str) -> str:
    return f'<text x="{_LEFT - 8}" y="{y}" text-anchor="end">{escape(text)}</text>'
