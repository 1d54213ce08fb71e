"""The measurement of renderings: that it measures what it says, and where it writes it."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.page import write_between
from bench.render import COUNTS, HEAD, Measured, Run, measure, page_text, run
from tests.unit.docs.pages import ROOT

_MEASURED = Measured(1000, Run(2.0, 200.0), Run(50.0, 300.0))


def test_a_row_has_the_figures_in_the_order_of_the_head() -> None:
    assert _MEASURED.cells == ("1,000", "6,001", "2.00 s", "200", "50.00 s", "300", "25.0")
    assert len(HEAD) == len(_MEASURED.cells)
    assert COUNTS == (1, 10, 100, 1000)


def test_a_run_has_the_seconds_and_the_memory_of_its_command(tmp_path: Path) -> None:
    small = run([sys.executable, "-c", ""], tmp_path)
    large = run(
        [sys.executable, "-c", "import time; time.sleep(0.2); bytearray(200 * 2**20)"], tmp_path
    )

    assert large.seconds > 0.2
    assert large.memory > 200 > 60 > small.memory


def test_a_command_that_fails_has_no_figures(tmp_path: Path) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        run([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="`make setup` installs kubectl")
def test_an_application_is_rendered_and_built_by_kustomize() -> None:
    measured = measure(1)

    assert measured.render.seconds > 0 and measured.kustomize.seconds > 0


@pytest.mark.skipif(shutil.which("kubectl") is None, reason="`make setup` installs kubectl")
def test_the_table_is_written_between_its_markers(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    shutil.copy(ROOT / "docs" / "performance.md", page)

    write_between(page, "bench.render", page_text([_MEASURED]))
    once = page.read_text()
    write_between(page, "bench.render", page_text([_MEASURED]))

    assert page.read_text() == once
    assert "| 1,000 | 6,001 | 2.00 s | 200 | 50.00 s | 300 | 25.0 |\n<!-- end of what" in once
    assert "<!-- written by make soak -->" in once
