"""Belongs here: the stack file's salt, which Git must not see, and what Git must go on to see."""

import subprocess
from pathlib import Path

import pytest

from commands.checkout import Checkout
from commands.errors import CommandError
from commands.stack import Stack
from tests.unit.commands.fakes import Program
from toolchain import places
from toolchain.runner import Runner
from toolchain.setup import git_filter

_SALT = "echo 'encryptionsalt: v1:abc=' >> stacks/Pulumi.kind.yaml"


def _git(checkout: Checkout, *arguments: str) -> str:
    words = ["git", "-C", str(checkout.root), *arguments]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def committed(
    checkout: Checkout, stack: Stack, pulumi: Program, monkeypatch: pytest.MonkeyPatch
) -> Stack:
    """The stack in a Git repository that is set up; Pulumi salts its file when it runs."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    _git(checkout, "init", "--quiet")
    (checkout.root / ".gitattributes").write_text("stacks/Pulumi.*.yaml filter=slipway-salt\n")
    git_filter.define(places.Checkout(checkout.root), Runner())
    _git(checkout, "add", ".")
    who = ("-c", "user.name=A", "-c", "user.email=a@example.com")
    _git(checkout, *who, "commit", "--quiet", "--message=All")
    for call in ("up", "stack select"):
        pulumi.does(call, _SALT)
    return stack


def test_the_salt_alone_shows_as_a_change_until_git_looked_again(committed: Stack) -> None:
    """What the next tests stand on: without the refresh, they would fail."""
    subprocess.run(["sh", "-c", _SALT], cwd=committed.checkout.root, check=True)
    assert _git(committed.checkout, "status", "--porcelain") == " M stacks/Pulumi.kind.yaml\n"


def test_after_a_run_nothing_has_changed_for_git(committed: Stack) -> None:
    committed.run("up")
    assert "encryptionsalt" in committed.file.read_text()
    assert _git(committed.checkout, "status", "--porcelain") == ""


def test_nor_after_the_stack_was_made(committed: Stack) -> None:
    committed.select()
    assert "encryptionsalt" in committed.file.read_text()
    assert _git(committed.checkout, "status", "--porcelain") == ""


def test_nor_after_a_run_that_failed(committed: Stack, pulumi: Program) -> None:
    pulumi.does("up", f"{_SALT}; exit 1")
    with pytest.raises(CommandError):
        committed.run("up")
    assert _git(committed.checkout, "status", "--porcelain") == ""


def test_a_change_of_the_users_stays_visible_and_is_not_staged(committed: Stack) -> None:
    text = committed.file.read_text()
    committed.file.write_text(f"{text}  slipway:more: 1\n")
    (committed.checkout.root / "Pulumi.yaml").write_text("name: other\n")
    committed.run("up")
    assert _git(committed.checkout, "status", "--porcelain") == (
        " M Pulumi.yaml\n M stacks/Pulumi.kind.yaml\n"
    )
    assert _git(committed.checkout, "diff", "--cached") == ""


def test_a_stack_file_that_git_does_not_know_stays_unknown(committed: Stack) -> None:
    file = committed.checkout.root / "stacks" / "Pulumi.mine.yaml"
    file.write_text("config: {}\n")
    Stack("mine", committed.checkout).run("up")
    assert "?? stacks/Pulumi.mine.yaml\n" in _git(committed.checkout, "status", "--porcelain")


def test_without_git_a_run_is_a_run(
    stack: Stack, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(programs))
    stack.run("up")


_SALTED = "encryptionsalt: v1:abc=\n"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"{_SALTED}config:\n  a:b: c\n", "config:\n  a:b: c\n"),
        (f"config:\n  a:b: c\n\n{_SALTED}", "config:\n  a:b: c\n\n"),
        (f"{_SALTED}config:\n  a:b: c", "config:\n  a:b: c"),
        (f"{_SALTED}config:\n  a:secure: true\n", "config:\n  a:secure: true\n"),
        *(
            (text, text)
            for text in (
                f"{_SALTED}config:\n  a:b:\n    secure: v1:x:y==\n",
                f"config:\n  a:b: {{secure: v1:x:y==}}\n{_SALTED}",
                f"{_SALTED}config:\n  a:b:\n    c: [{{'secure': 'v1:x:y=='}}]",
                f'{_SALTED}config: {{"a:b": {{"secure": "v1:x:y=="}}}}\n',
                "",
            )
        ),
    ],
)
def test_git_keeps_the_salt_of_a_file_with_encrypted_values_only(
    committed: Stack, text: str, kept: str
) -> None:
    committed.file.write_text(text)
    _git(committed.checkout, "add", str(committed.file))
    assert _git(committed.checkout, "show", ":stacks/Pulumi.kind.yaml") == kept
