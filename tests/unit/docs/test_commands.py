"""Every command that the documents show exists, and every make target is documented."""

import re
import shlex
from pathlib import Path

import pytest

from tests.unit.docs.literals import literals
from tests.unit.docs.pages import ROOT, Block, Page, blocks, makefile_targets, pages

_TOOLS = {
    ".", "cd", "curl", "docker", "export", "git", "kind", "kubectl", "pulumi", "pytest", "python",
}  # fmt: skip
_COMMANDS = [
    (block, line.removeprefix("$ "))
    for block in blocks("console")
    for line in block.text.splitlines()
    if line.startswith("$ ")
]


@pytest.mark.parametrize(
    ("block", "line"), _COMMANDS, ids=[f"{block.file} {line}" for block, line in _COMMANDS]
)
def test_a_command_of_a_code_block_is_a_make_target_or_a_known_tool(
    block: Block, line: str
) -> None:
    for command in line.split(" && "):
        words = [word for word in shlex.split(command) if not re.match(r"[A-Z_]+=", word)]
        if words[0] == "make":
            assert words[1] in makefile_targets(), f"{block.file}: {line}"
        elif words[0] == "cd":
            assert (ROOT / words[1]).is_dir(), f"{block.file}: {line}"
        else:
            assert words[0] in _TOOLS, f"{block.file}: {line}"


def test_every_make_target_that_a_page_names_exists() -> None:
    named = {
        (page.path, target)
        for page in pages()
        for target in re.findall(r"`make ([a-z-]+)", page.text)
    }

    assert {(path, target) for path, target in named if target not in makefile_targets()} == set()


def test_every_make_target_is_in_the_page_of_commands() -> None:
    named = re.findall(r"^\| `make ([a-z-]+)` ", Page("docs/commands.md").text, re.MULTILINE)

    assert sorted(named) == sorted(makefile_targets())


def test_every_variable_that_a_page_names_is_read_by_the_sources() -> None:
    makefile = (ROOT / "Makefile").read_text()
    pattern = r"\b(SLIPWAY_[A-Z_]+|(?:PYTHON|STACK|SERVICE|PORT|OUT)(?==))"
    named = {name for page in pages() for name in re.findall(pattern, page.text)}

    assert len(named) > 5
    for name in named:
        assert name in literals() or f"$({name}" in makefile, f"nothing reads {name}"


def test_continuous_integration_runs_tiers_that_exist() -> None:
    tiers = re.findall(r"^([a-z-]+) \d+ \^", Path(ROOT / ".ci/run").read_text(), re.MULTILINE)

    assert len(tiers) > 4
    assert set(tiers) <= makefile_targets()
