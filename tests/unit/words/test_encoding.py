"""Files and the output of programs are UTF-8, whatever the locale of the machine.

Belongs here: how the sources call what would otherwise take the encoding from the locale.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[3]
_ROOMS = ("components", "commands", "stacks", "toolchain", "standins", "bench")
_BINARY = {"tarfile", "os", "opener"}
"""What else has a function `open`."""


def _without_encoding(source: str) -> Iterator[int]:
    """Yield the lines of calls that read or write text in the encoding of the locale."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _is_text(node):
            keywords = {keyword.arg for keyword in node.keywords}
            if "encoding" not in keywords:
                yield node.lineno


def _is_text(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(attr="read_text"):
            return not call.args
        case ast.Attribute(attr="write_text"):
            return len(call.args) == 1
        case ast.Attribute(value=ast.Name(id=owner), attr="open") if owner in _BINARY:
            return False
        case ast.Attribute(attr="open"):
            return _is_text_mode(call, position=0)
        case ast.Name(id="open") | ast.Attribute(attr="fdopen"):
            return _is_text_mode(call, position=1)
        case _:
            return any(keyword.arg == "text" for keyword in call.keywords) and _runs(call)


def _is_text_mode(call: ast.Call, position: int) -> bool:
    named = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
    modes = [*call.args[position : position + 1], *named]
    return all(isinstance(mode, ast.Constant) and "b" not in str(mode.value) for mode in modes)


def _runs(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("run", "Popen")


@pytest.mark.parametrize("room", _ROOMS)
def test_text_is_read_and_written_as_utf_8(room: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in sorted((ROOT / room).rglob("*.py"))
        for line in _without_encoding(file.read_text(encoding="utf-8"))
    ]
    assert not found, 'give these calls encoding="utf-8":\n' + "\n".join(found)


@pytest.mark.parametrize(
    ("source", "is_found"),
    [
        ("path.read_text()", True),
        ("path.read_text('utf-8')", False),
        ("path.write_text(text)", True),
        ("path.open()", True),
        ("path.open('rb')", False),
        ("os.fdopen(handle, 'w')", True),
        ("subprocess.run(command, text=True)", True),
        ("subprocess.run(command, text=True, encoding='utf-8')", False),
    ],
)
def test_a_call_without_an_encoding_is_noticed(source: str, is_found: bool) -> None:
    assert bool(list(_without_encoding(source))) is is_found


def test_manifests_are_rendered_in_a_locale_of_ascii_only(tmp_path: Path) -> None:
    """Without its UTF-8 mode and with a locale that it does not replace, Python takes ASCII."""
    (tmp_path / "stacks").mkdir()
    text = "config:\n  slipway:target: {product: kind}\n  slipway:app: {env: {WORD: grün}}\n"
    (tmp_path / "stacks" / "Pulumi.kind.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "Pulumi.yaml").write_text("name: p\nstackConfigDir: stacks\n", encoding="utf-8")
    (tmp_path / "Dockerfile").write_text("# grün\nFROM scratch\n", encoding="utf-8")
    facts = "{source: docker build ., image: r.example/a@sha256:0, user: 1, group: 1}"
    lock = f"# grün\napplications: {{web: {{images: {{application: {facts}}}}}}}\n"
    (tmp_path / "stacks" / "kind.lock.yaml").write_text(lock, encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from stacks import render\n"
        "from components.render.files import files\n"
        f"root = Path({str(tmp_path)!r})\n"
        "rendered = render.rendered('kind', root)\n"
        "for path, text in files(rendered.manifests).items():\n"
        "    (root / path.replace('/', '-')).write_text(text, encoding='utf-8')\n"
        "print(sys.flags.utf8_mode, sys.stdout.encoding)\n"
    )
    environment = {**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["0", "ascii"] or "ANSI_X3" in done.stdout.upper()
    written = [
        yaml.safe_load(file.read_text(encoding="utf-8")) for file in tmp_path.glob("p-kind-*.yaml")
    ]
    assert "grün" in str(written)
