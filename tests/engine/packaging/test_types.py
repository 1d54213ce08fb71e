"""Type checks of a user's program against the installed package, as editors run them."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .installed import Installed
from .six_lines import SIX_LINES

_ACCEPTED = {
    "a model": ("port=8080", "service=slipway.ServiceArgs(port=81)"),
    "a mapping for a model": ("port=8080", 'service={"port": 81}'),
    "a text for a model": ("port=8080", 'health="/healthz"'),
    "mappings in a list": ("port=8080", 'storage=[{"path": "/data", "size": "1Gi"}]'),
    "texts in a mapping": ("port=8080", 'env=dict[str, str](LEVEL="debug")'),
}

_REFUSED = {
    "misspelt": ("port=8080", "prot=8080", 'No parameter named "prot"'),
    "a text for a number": ("replicas=3", 'replicas="three"', '"replicas" of type "int"'),
    "a text for a list": ("port=8080", 'command="node x.js"', '"command" of type "list[str]'),
    "misspelt in a mapping": ("port=8080", 'service={"prot": 81}', 'to "ServiceArgsDict"'),
    "missing in a mapping": ("port=8080", 'autoscale={"min": 2}', 'to "AutoscaleArgsDict"'),
    "misspelt for an image": ("context=", "contxt=", 'No parameter named "contxt"'),
}
"""What of the six-line program is replaced, by what, and the report on it."""

Reports = dict[str, list[dict[str, Any]]]


def _program(replaced: str, text: str) -> str:
    imported = "import pulumi, slipway" if "slipway" in text else "import pulumi"
    return SIX_LINES.replace("import pulumi", imported).replace(replaced, text)


@pytest.fixture(scope="module")
def reports(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Reports:
    """Return pyright's reports on each program; it runs once, as that takes some seconds."""
    folder = tmp_path_factory.mktemp("programs")
    programs = {"six lines": SIX_LINES}
    programs |= {name: _program(*change) for name, change in _ACCEPTED.items()}
    programs |= {name: _program(*change) for name, (*change, _) in _REFUSED.items()}
    for name, text in programs.items():
        (folder / f"{name}.py").write_text(text)
    (folder / "pyrightconfig.json").write_text(json.dumps({"typeCheckingMode": "strict"}))
    pyright = Path(sys.executable).parent / "pyright"
    ran = subprocess.run(
        [pyright, "--outputjson", "--pythonpath", installed.python, "--project", folder],
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )
    reported: Reports = {name: [] for name in programs}
    for report in json.loads(ran.stdout)["generalDiagnostics"]:
        reported[Path(report["file"]).stem].append(report)
    return reported


@pytest.mark.parametrize("name", ["six lines", *_ACCEPTED])
def test_a_correct_program_passes_in_strict_mode(name: str, reports: Reports) -> None:
    assert reports[name] == []


@pytest.mark.parametrize("name", _REFUSED)
def test_a_wrong_keyword_is_reported_in_its_line(name: str, reports: Reports) -> None:
    replaced, text, message = _REFUSED[name]
    lines = _program(replaced, text).splitlines()
    (report,) = reports[name]

    assert message in report["message"]
    assert text in lines[report["range"]["start"]["line"]]
