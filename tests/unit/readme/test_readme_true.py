"""What the README names exists: commands, paths, settings, messages, examples."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from stacks import reference

_ROOT = Path(__file__).resolve().parents[3]
_README = (_ROOT / "README.md").read_text()
_MAKEFILE = (_ROOT / "Makefile").read_text()
_TARGETS = set(re.findall(r"^([a-z-]+):.*##", _MAKEFILE, re.MULTILINE))


def _sources() -> str:
    """All Python of ours as one text, with its string literals joined over lines."""
    texts = [
        path.read_text()
        for folder in ("components", "commands", "toolchain", "stacks")
        for path in (_ROOT / folder).rglob("*.py")
    ]
    return re.sub(r'"\s*\n\s*f?"', "", "\n".join(texts))


def _examples() -> Iterator[str]:
    yield from re.findall(r"```python\n(.*?)```", _README, re.DOTALL)


def test_every_make_target_it_names_exists_and_every_target_is_named() -> None:
    named = set(re.findall(r"`make ([a-z-]+)", _README)) | set(
        re.findall(r"^\$ make ([a-z-]+)", _README, re.MULTILINE)
    )

    assert named == _TARGETS


@pytest.mark.parametrize("link", re.findall(r"\]\(([^)#][^)]*)\)", _README))
def test_every_link_leads_to_a_file_or_folder(link: str) -> None:
    assert (_ROOT / link).exists()


def test_every_heading_that_a_link_names_is_there() -> None:
    headings = {
        re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.*)$", _README, re.MULTILINE)
    }

    assert set(re.findall(r"\]\(#([^)]*)\)", _README)) <= headings


def test_the_table_of_settings_is_the_one_that_the_models_give() -> None:
    marked = re.search(r"<!-- settings: .*? -->\n(.*?)<!-- end", _README, re.DOTALL)

    assert marked is not None
    assert marked[1].strip() == reference.table(), "python -m stacks.reference prints it"


def test_the_table_of_settings_can_be_printed() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "stacks.reference"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "`slipway:app.replicas` | number | `3`" in printed.stdout


def _messages() -> list[str]:
    section = _README.partition("## When something fails")[2].partition("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    return [quoted for row in rows for quoted in re.findall(r"`([^`]+)`", row.split(" | ")[0])]


@pytest.mark.parametrize("message", _messages())
def test_every_message_that_it_explains_is_one_of_ours(message: str) -> None:
    if message == "the stack is currently locked":
        return  # Pulumi's own
    words = re.escape(message).replace("8080", r"\{port\}").replace("application's", r"\{use\}'s")

    assert re.search(words, _sources())


def test_the_variables_it_names_are_read_somewhere() -> None:
    sources = _sources() + (_ROOT / "toolchain/setup/pulumi_wrapper.py").read_text() + _MAKEFILE

    for name in set(re.findall(r"\b(SLIPWAY_[A-Z]+|PYTHON|STACK|SERVICE|PORT)=", _README)):
        assert name in sources, f"nothing reads {name}"


@pytest.mark.parametrize("example", list(_examples()))
def test_every_example_is_python_that_runs_as_far_as_its_imports(example: str) -> None:
    compile(example, "README.md", "exec")
    imports = "\n".join(re.findall(r"^(?:import|from) .*$", example, re.MULTILINE))

    subprocess.run([sys.executable, "-c", imports], cwd=_ROOT, check=True, capture_output=True)
