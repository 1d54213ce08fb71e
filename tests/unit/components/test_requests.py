"""Every request of the package knows which addresses no proxy is asked for."""

import re
from pathlib import Path

import components

_ROOT = Path(components.__file__).parent
_FILES = sorted(_ROOT.rglob("*.py"))


def _files_with(pattern: str) -> list[str]:
    found = (file for file in _FILES if re.search(pattern, file.read_text(encoding="utf-8")))
    return [str(file.relative_to(_ROOT)) for file in found]


def test_requests_in_python_are_made_by_the_one_opener() -> None:
    to_this_machine = ["k8s/api.py", "testing/api_server/control_plane.py"]  # by http.client
    assert _files_with(r"urlopen\(|import requests|http\.client\.HTTP") == to_this_machine
    assert _files_with(r"build_opener\(") == ["machine/proxies.py"]


def test_requests_in_nodes_are_made_without_a_proxy() -> None:
    made = _files_with(r'"curl"|"curl ')
    assert made == _files_with("--noproxy")
    assert made, "or the pattern finds none"
