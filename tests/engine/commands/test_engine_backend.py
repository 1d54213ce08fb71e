"""The recipes of docs/state.md and docs/ci.md with the real Pulumi and file backends.

Belongs here: where a stack is after the commands that teams and CI run, through the wrapper that
set-up writes.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.language_host.pulumi_project import REPOSITORY
from tests.unit.docs.pages import Page
from toolchain.places import Checkout
from toolchain.setup import pulumi_wrapper
from toolchain.setup.files import write_executable
from toolchain.setup.launchers import write_language_host_stand_ins
from toolchain.setup.state import make_state

_PROGRAM = """
import pulumi
pulumi.export("word", pulumi.Config().require_secret("word"))
"""
_EXECUTED = re.compile(r'^exec (\S+) "\$@"$', re.MULTILINE)


def _pulumi_itself() -> Path:
    """Return the Pulumi behind the wrapper on PATH, which would set the user's own state."""
    found = shutil.which("pulumi")
    if found is None:
        pytest.fail("pulumi is not on PATH; run `make setup` and activate .venv")
    if Path(found).read_bytes().startswith(b"#!") and (
        program := _EXECUTED.search(Path(found).read_text(encoding="utf-8"))
    ):
        return Path(shlex.split(program[1])[0])
    return Path(found)


class Clone:
    """A checkout that is set up, in a folder whose name has a space."""

    def __init__(self, root: Path) -> None:
        self.checkout = Checkout(root)
        (root / ".venv" / "bin").mkdir(parents=True)
        self.checkout.python.symlink_to(sys.executable)
        (root / "Pulumi.yaml").write_text("name: p\nruntime: python\n")
        (root / "__main__.py").write_text(_PROGRAM)
        make_state(self.checkout)
        write_language_host_stand_ins(self.checkout.launchers, Path(sys.executable), REPOSITORY)
        text = pulumi_wrapper.text(
            self.checkout, _pulumi_itself(), downloads=False, language_host=None
        )
        write_executable(root / ".venv" / "bin" / "pulumi", text)

    def run(self, *lines: str, **variables: str) -> str:
        """Run lines of a shell as a user with this environment activated would."""
        kept = {name: value for name, value in os.environ.items() if "PULUMI" not in name}
        path = f"{self.checkout.venv / 'bin'}:{os.environ['PATH']}"
        done = subprocess.run(
            ["sh", "-e"],
            input="\n".join(lines),
            cwd=self.checkout.root,
            env={**kept, "PATH": path, "PULUMI_CREDENTIAL_STORE": "plaintext", **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def stacks(self) -> set[str]:
        """Return the stacks in the checkout's own folder."""
        return stacks_in(self.checkout.state)


def stacks_in(folder: Path) -> set[str]:
    """Return the names of the stacks in a file backend."""
    return {file.stem for file in folder.glob(".pulumi/stacks/p/*.json")}


def recipe(page: str, with_line: str, team: Path) -> list[str]:
    """Return the commands of a page's block that has this line, for a file backend."""
    (text,) = (block.text for block in Page(page).blocks if with_line in block.text)
    lines = [line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ ")]
    replaced = (
        ("s3://bucket", shlex.quote(f"file://{team}")),
        ("awskms://alias/key", "passphrase"),
    )
    for old, new in replaced:
        lines = [line.replace(old, new) for line in lines]
    return lines


@pytest.fixture
def team(tmp_path: Path) -> Path:
    folder = tmp_path / "of the team"
    folder.mkdir()
    return folder


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone(tmp_path / "first clone")


def test_the_stack_of_a_team_is_in_its_backend_and_each_clone_sees_no_difference(
    clone: Clone, team: Path, tmp_path: Path
) -> None:
    passphrase = {"PULUMI_CONFIG_PASSPHRASE": "of the team"}
    shown = clone.run(*recipe("docs/state.md", "pulumi stack init production", team), **passphrase)
    assert "conflicts" not in shown, "the login counts, so Pulumi must not warn of it"
    clone.run("pulumi config set --secret word w", "pulumi up --yes --skip-preview", **passphrase)
    assert stacks_in(team) == {"production"}
    assert clone.stacks() == set()

    other = Clone(tmp_path / "other clone")
    stack_file = "Pulumi.production.yaml"
    shutil.copy(clone.checkout.root / stack_file, other.checkout.root / stack_file)
    login = f"pulumi login {shlex.quote(f'file://{team}')}"
    other.run(login, "pulumi preview --stack production --expect-no-changes", **passphrase)


def test_a_logout_leads_back_to_the_checkout(clone: Clone, team: Path) -> None:
    clone.run(f"pulumi login {shlex.quote(f'file://{team}')}", "pulumi logout")
    clone.run("pulumi stack init mine")
    assert clone.stacks() == {"mine"}
    assert stacks_in(team) == set()


def test_the_backend_of_the_project_needs_no_login(clone: Clone, team: Path) -> None:
    with (clone.checkout.root / "Pulumi.yaml").open("a") as file:
        file.write(f"backend:\n  url: file://{team.parent / 'link'}\n")
    (team.parent / "link").symlink_to(team)
    clone.run("pulumi stack init production")
    assert stacks_in(team) == {"production"}
    assert clone.stacks() == set()


def test_a_login_in_a_home_of_the_users_leaves_the_stacks_in_the_checkout(
    clone: Clone, team: Path, tmp_path: Path
) -> None:
    home = {"PULUMI_HOME": str(tmp_path / "home")}
    login = f"pulumi login {shlex.quote(f'file://{team}')}"
    assert "conflicts with the login URL" in clone.run(login, "pulumi stack init mine", **home)
    assert clone.stacks() == {"mine"}
    assert stacks_in(team) == set()


def test_a_deployed_stack_moves_to_the_backend_of_a_team(clone: Clone, team: Path) -> None:
    clone.run(
        "pulumi stack init kind",
        "pulumi config set --secret word w",
        "pulumi up --yes --skip-preview",
    )
    moved = recipe("docs/state.md", "pulumi stack import", team)
    clone.run(*moved)
    clone.run("pulumi preview --stack kind --expect-no-changes")
    assert stacks_in(team) == {"kind"}


def test_the_recipe_of_ci_deploys_from_a_fresh_clone(
    clone: Clone, team: Path, tmp_path: Path
) -> None:
    passphrase = {"PULUMI_CONFIG_PASSPHRASE": "of the team"}
    there = {"PULUMI_BACKEND_URL": f"file://{team}", **passphrase}
    clone.run("pulumi stack init production", "pulumi config set --secret word w", **there)
    runner = Clone(tmp_path / "runner")
    stack_file = "Pulumi.production.yaml"
    shutil.copy(clone.checkout.root / stack_file, runner.checkout.root / stack_file)
    shown = runner.run(*recipe("docs/ci.md", "pulumi up --yes", team), **passphrase)
    assert "+ 1 created" in shown
    assert runner.stacks() == set()
