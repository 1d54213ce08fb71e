"""What a long run writes into the documents."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.load.report import Report
from tests.load.sample import Sample
from tests.soak.page import write_page
from tests.soak.phases import REST, ROLLOUT, UNCHANGED, Phase, Phases
from tests.unit.docs.pages import ROOT


def _run() -> tuple[Report, Phases]:
    names = (REST, UNCHANGED, ROLLOUT, ROLLOUT)
    phases = [Phase(name, 10.0 * at, 10.0 * (at + 1)) for at, name in enumerate(names)]
    samples = [Sample("web", at / 10, 0, 0.002 if at < 200 else 0.003) for at in range(400)]
    lost = Sample("other", 5, 0, 10, lost="closed")
    return Report([*samples, lost]), Phases(phases)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder with the committed page."""
    committed = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
    (tmp_path / "performance.md").write_text(committed, encoding="utf-8")
    return tmp_path


def test_the_table_has_a_row_for_each_phase_and_load(docs: Path) -> None:
    write_page(docs, *_run(), ["web"])

    text = (docs / "performance.md").read_text(encoding="utf-8")
    assert "401 requests, 1 lost" in text
    assert "| rolling update | 2 | 200 | 0 | 0 | 3.0 ms | 3.0 ms | 3.0 ms |" in text
    assert "| other | 1 | 1 | 0 | 10000.0 ms | 10000.0 ms | 10000.0 ms |" in text
    assert "is 1.50 times that at rest" in text


def test_a_second_run_replaces_what_the_first_one_wrote(docs: Path) -> None:
    write_page(docs, *_run(), ["web"])
    once = (docs / "performance.md").read_text(encoding="utf-8")
    write_page(docs, *_run(), ["web"])

    assert (docs / "performance.md").read_text(encoding="utf-8") == once


def test_the_plot_is_svg_with_a_line_for_each_quantile(docs: Path) -> None:
    write_page(docs, *_run(), ["web", "other"])

    root = ET.parse(docs / "soak.svg").getroot()
    kinds = [each.tag.partition("}")[2] for each in root]
    assert kinds.count("polyline") == 2
    assert kinds.count("circle") == 1, "the lost request"
