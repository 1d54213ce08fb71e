"""The example with a test suite: its tests pass, and see what they are there for."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[3]
_EXAMPLE = _ROOT / "examples" / "with-tests"


def _run(folder: Path) -> tuple[int, str]:
    """Run the suite as the README says, and return how it ended."""
    command = [sys.executable, "-m", "pytest", "-p", "slipway.testing.plugin"]
    ended = subprocess.run(
        [*command, "-p", "no:cacheprovider", "--rootdir", str(folder), str(folder)],
        env={**os.environ, "PYTHONPATH": str(_ROOT)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout


def test_its_suite_passes() -> None:
    code, text = _run(_EXAMPLE)

    assert code == 0, text
    assert "5 passed" in text


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """A copy of the example in which the Service leads to a port that no container names."""
    folder = tmp_path / "tested"
    shutil.copytree(_EXAMPLE, folder)
    program = folder / "__main__.py"
    text = program.read_text(encoding="utf-8")
    program.write_text(text.replace('"targetPort": "http"', '"targetPort": "web"'), "utf-8")
    return folder


def test_its_suite_fails_for_a_service_that_leads_nowhere(changed: Path) -> None:
    code, text = _run(changed)

    assert code == 1
    assert "4 failed, 1 passed" in text
    assert "spec.ports[0].targetPort 'web': is the name of no port of Deployment shop" in text
