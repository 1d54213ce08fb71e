"""The Makefile with paths that have spaces and with the tools of other systems.

Belongs here: the words that a target's commands get; nothing of them runs.
"""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.docs.pages import ROOT, makefile_targets

_ARGUMENTS = """#!/bin/sh
for word in "$@"; do printf '<%s>' "$word" >> "$NOTE"; done
echo >> "$NOTE"
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose folder has spaces, and whose Python notes its arguments."""
    folder = tmp_path / "a check out"
    (folder / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", folder)
    python = folder / ".venv" / "bin" / "python"
    python.write_text(_ARGUMENTS)
    python.chmod(0o755)
    return folder


def make(checkout: Path, *words: str) -> list[str]:
    """Run a target and return the arguments of the Pythons that it started."""
    note = checkout / "note"
    python = f"PYTHON={checkout}/.venv/bin/python"
    subprocess.run(
        ["make", "-C", checkout, *words, python],
        env={"PATH": "/usr/bin:/bin", "NOTE": str(note)},
        capture_output=True,
        check=True,
    )
    return note.read_text().splitlines()


def test_a_folder_with_a_space_is_one_argument(checkout: Path) -> None:
    lines = make(checkout, "render", "OUT=a b", "STACK=cloud")
    assert lines == [
        "<-m><toolchain><environment>",
        "<-m><stacks.render><--stack><cloud><--out><a b>",
    ]


def test_each_image_of_a_rendering_is_an_argument(checkout: Path) -> None:
    (_, line) = make(checkout, "render", "IMAGE=web=r/web@sha256:0 api=r/api@sha256:1")
    assert line.endswith("<--image><web=r/web@sha256:0><--image><api=r/api@sha256:1>")


def test_an_approval_that_is_given_but_empty_is_not_left_out(checkout: Path) -> None:
    (_, line) = make(checkout, "up")
    assert line.endswith("<up><--stack><kind>")
    (*_, line) = make(checkout, "up", "APPROVED=abc", "PLAN=a b")
    assert line.endswith("<up><--stack><kind><--approved><abc><--plan><a b>")
    (*_, line) = make(checkout, "up", "APPROVED=")
    assert line.endswith("<up><--stack><kind><--approved><><--plan><plan.json>")


def test_a_service_with_a_space_is_one_argument(checkout: Path) -> None:
    (line,) = make(checkout, "open", "SERVICE=a b")
    assert line.endswith("<--service><a b>")


def test_every_variable_of_a_path_or_name_is_quoted() -> None:
    text = (ROOT / "Makefile").read_text()
    recipes = "\n".join(line for line in text.splitlines() if line.startswith(("\t", "APPROVAL ")))
    for name in ("STACK", "OUT", "PLAN", "COMMENT", "PYTHON", "SERVICE", "PORT", "CURDIR"):
        for found in re.finditer(rf"(.)\$\({name}\)", recipes):
            in_condition = recipes[: found.start() + 1].endswith("$(if ")
            assert found[1] in "'\"" or in_condition, f"{name} is not quoted: {found[0]}"


def test_help_lists_each_target_without_what_only_gnu_sed_understands(checkout: Path) -> None:
    done = subprocess.run(
        ["make", "-C", checkout, "help"], capture_output=True, text=True, check=True
    )
    listed = {line.split()[0] for line in done.stdout.splitlines() if "make[" not in line}
    listed = {name for name in listed if not name.startswith("make")}
    assert listed == makefile_targets()
    recipe = (ROOT / "Makefile").read_text().partition("help:")[2].split("\n")[1]
    assert shlex.split(recipe)[0].strip("@") == "awk"
