"""Texts that readers of YAML may take for something else, drawn by hypothesis."""

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

MISREAD = (
    "y", "N", "yes", "Off", "true", "NULL", "~", "=", "<<", "1e3", "1E-3", "+1", "-0", "012", "08",
    "0o7", "0b1", "0x1F", "1_000", ".5", "5.", "-.inf", ".NaN", "1.5e3", "190:20:30", "nan", "Inf",
    "2024-1-1", "2024-01-01T1:2:3Z", "2024-01-01 10:00:00", "1:30", "", " ", "-", "?", ":", "- a",
    "? a", ": a", "a: b", "a:", "a #b", "#a", "&a", "*a", "!a", "!!str a", "|", ">-", "@a", "`a`",
    "%YAML 1.1", "---", "...", "--- a", "{a: 1}", "[a]", "{", "]", ",", "'", "''", '"', "\\", "\\n",
    "\t", "\n", "\r\n", "a\n", "a\n\n", "\na", " a\nb", "a\n b\n", "a\n\tb", "a \nb ", "a\n \n",
    "\x7f", "\x85", "\u2028", "a\u2029b\n", "\ufeff", "\ufffe", "\U0001f600", "é\nb\n", "\xa0",
)  # fmt: skip
"""Texts that Go's readers or PyYAML take for something else unless they are written with care."""

_PIECES = st.lists(st.sampled_from([*MISREAD, "a", "0", "é"]), min_size=1, max_size=4).map("".join)
_NUMBERS = st.from_regex(
    r"[-+]?(0[box]?)?[0-9_]{0,4}\.?[0-9_:]{0,4}([eE][-+]?[0-9]{1,2})?", fullmatch=True
)
_LONG = st.integers(100, 1500).map(lambda length: "a b" * (length // 3))
TEXTS = st.one_of(st.sampled_from(MISREAD), _PIECES, _NUMBERS, st.text(max_size=30), _LONG)
"""Any text, and more of those that are hard."""


def drawn(count: int) -> list[str]:
    """Return different texts, the same ones at each run."""
    found: dict[str, None] = {}

    @seed(1)
    @settings(
        max_examples=2 * count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(st.lists(TEXTS, min_size=5, max_size=5))
    def draw(texts: list[str]) -> None:
        found.update(dict.fromkeys(texts if len(found) < count else ()))

    draw()
    assert len(found) >= count, "more examples are needed"
    return list(found)[:count]
