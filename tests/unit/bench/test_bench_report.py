"""What `make bench` makes of its rounds."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bench.apps import measure
from bench.page import write_between
from bench.plot import plot
from bench.rows import Row, markdown

_ROW = Row("an edit", "by hand", [4.0, 3.0, 9.0], [8.0, 6.0, 8.0], goal=0.8)


def test_a_row_shows_medians_their_spread_the_ratio_and_the_goal() -> None:
    line = markdown([_ROW]).splitlines()[-1]

    assert line == (
        "| an edit | 4.00 s (3.0 to 9.0) | by hand | 8.00 s (6.0 to 8.0) | 0.50 | 0.80 |"
    )


def test_memory_has_no_decimals_and_one_round_no_spread() -> None:
    row = Row("memory", "by hand", [80.4], [160.0], unit="MiB")

    assert row.cells == ("memory", "80 MiB", "by hand", "160 MiB", "0.50", "")


def test_a_plot_has_a_bar_for_each_side_and_a_dot_for_each_round() -> None:
    parts = [each.tag.rpartition("}")[2] for each in ET.fromstring(plot([_ROW]))]

    assert parts.count("rect") == 1 + 2, "the ground and two bars"
    assert parts.count("circle") == 6


def test_a_page_keeps_everything_but_what_the_command_wrote(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "before\n<!-- written by make x -->\nold\n<!-- end of what make x writes -->\nafter\n",
        encoding="utf-8",
    )

    write_between(page, "make x", "new")

    assert page.read_text(encoding="utf-8").splitlines() == [
        "before",
        "<!-- written by make x -->",
        "new",
        "<!-- end of what make x writes -->",
        "after",
    ]
    with pytest.raises(ValueError, match="no markers of `make y`"):
        write_between(page, "make y", "new")


@pytest.mark.parametrize("program", ["slipway", "raw"])
def test_the_programs_that_are_compared_run(program: str) -> None:
    cost = measure(program, 1)

    assert cost.seconds > 0
    assert cost.memory > 0
