"""Belongs here: secrets of a stack file on their way through real Git, under the real Pulumi."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from commands.checkout import Checkout
from commands.down import down
from commands.errors import CommandError
from commands.preview import preview
from commands.stack import Stack
from commands.up import up
from toolchain import places
from toolchain.runner import Runner
from toolchain.setup import git_filter

_WHO = ("-c", "user.name=A", "-c", "user.email=a@example.com")


def _git(root: Path, *arguments: str) -> str:
    words = ["git", "-C", str(root), *_WHO, *arguments]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def _pulumi(stack: Stack, *arguments: str) -> str:
    words = [stack.checkout.programs / "pulumi", *arguments, "--stack", stack.name]
    done = subprocess.run(
        words, cwd=stack.checkout.root, capture_output=True, text=True, check=True
    )
    return done.stdout.strip()


def _secret(stack: Stack) -> str:
    return _pulumi(stack, "config", "get", "password")


def _without_salt(stack: Stack) -> str:
    """Take the salt out of the stack file, as the earlier Git filter did, and return it."""
    lines = stack.file.read_text().splitlines(keepends=True)
    (salt,) = (line for line in lines if line.startswith("encryptionsalt:"))
    stack.file.write_text("".join(line for line in lines if line != salt))
    return salt


@pytest.fixture
def repository(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A deployed stack without secrets, committed."""
    for name in ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    root = stack.checkout.root
    (root / ".gitattributes").write_text("stacks/Pulumi.*.yaml filter=slipway-salt\n")
    (root / ".gitignore").write_text(".slipway/\n__pycache__/\n")
    _git(root, "init", "--quiet", "--initial-branch=main")
    git_filter.define(places.Checkout(root), Runner())
    _git(root, "add", ".")
    _git(root, "commit", "--quiet", "--message=All")
    return stack


@pytest.fixture
def secret(repository: Stack) -> Stack:
    """The stack with a secret in its file, committed on a branch."""
    root = repository.checkout.root
    repository.select()
    _git(root, "switch", "--quiet", "--create", "secrets")
    _pulumi(repository, "config", "set", "--secret", "password", "xyzzy")
    _git(root, "commit", "--quiet", "--all", "--message=Secret")
    assert "encryptionsalt: v1:" in _git(root, "show", "HEAD:stacks/Pulumi.dev.yaml")
    return repository


def test_without_a_secret_the_salt_stays_out_of_git(repository: Stack) -> None:
    root = repository.checkout.root
    up(repository)
    _pulumi(repository, "config", "set", "plain", "v1")
    assert "encryptionsalt: v1:" in repository.file.read_text()
    _git(root, "commit", "--quiet", "--all", "--message=Plain")
    assert _git(root, "show", "HEAD:stacks/Pulumi.dev.yaml") == "config:\n  p:plain: v1\n"
    up(repository)
    assert _git(root, "status", "--porcelain") == ""


def test_secrets_decrypt_after_a_stash(secret: Stack) -> None:
    root = secret.checkout.root
    _pulumi(secret, "config", "set", "--secret", "password", "plugh")
    _git(root, "stash", "--quiet")
    assert _secret(secret) == "xyzzy"
    _git(root, "stash", "pop", "--quiet")
    assert _secret(secret) == "plugh"


def test_secrets_decrypt_after_branches_were_switched(secret: Stack) -> None:
    root = secret.checkout.root
    up(secret)
    _git(root, "switch", "--quiet", "main")
    up(secret)
    _git(root, "switch", "--quiet", "secrets")
    up(secret)
    assert _secret(secret) == "xyzzy"
    assert _git(root, "status", "--porcelain") == ""


@pytest.mark.parametrize(
    "words", [("clone", "--quiet", "."), ("worktree", "add", "--quiet", "--detach")], ids=" ".join
)
def test_secrets_decrypt_in_a_clone_and_in_a_second_worktree(
    secret: Stack, tmp_path: Path, words: tuple[str, ...]
) -> None:
    other = tmp_path / "other"
    _git(secret.checkout.root, *words, str(other))
    stack = Stack("dev", Checkout(other))
    assert _secret(stack) == "xyzzy"
    up(stack)
    assert _git(other, "status", "--porcelain") == ""


@pytest.mark.parametrize("command", [up, preview, down])
def test_a_missing_salt_is_put_back_from_the_state(
    secret: Stack, command: Callable[[Stack], None], capfd: pytest.CaptureFixture[str]
) -> None:
    up(secret)
    shutil.rmtree(secret.checkout.root / ".slipway" / "salts")
    salt = _without_salt(secret)
    command(secret)
    assert salt in secret.file.read_text()
    assert "had lost its encryptionsalt; it was put back" in capfd.readouterr().out


def test_and_from_a_copy_where_the_stack_was_removed(secret: Stack) -> None:
    up(secret)
    down(secret)
    salt = _without_salt(secret)
    up(secret)
    assert salt in secret.file.read_text()
    assert _secret(secret) == "xyzzy"


@pytest.mark.parametrize("command", [up, preview, down])
def test_where_no_salt_decrypts_them_nothing_is_written(
    secret: Stack, command: Callable[[Stack], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    up(secret)
    _without_salt(secret)
    text = secret.file.read_text()
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "of another checkout")
    with pytest.raises(CommandError) as raised:
        command(secret)
    message = f"{secret.file} has encrypted values but no encryptionsalt (1 known, which do not"
    assert message in str(raised.value)
    assert "pulumi config set --secret --stack dev" in str(raised.value)
    assert secret.file.read_text() == text


def test_nor_where_none_is_known(secret: Stack) -> None:
    _pulumi(secret, "stack", "rm", "--yes", "--preserve-config")
    _without_salt(secret)
    text = secret.file.read_text()
    with pytest.raises(CommandError, match=r"no encryptionsalt \(none is known\)"):
        up(secret)
    assert secret.file.read_text() == text


def test_another_passphrase_is_named(secret: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    _pulumi(secret, "stack", "rm", "--yes", "--preserve-config")
    monkeypatch.setenv("PULUMI_CONFIG_PASSPHRASE", "of another checkout")
    with pytest.raises(CommandError, match=r"\n  next: set PULUMI_CONFIG_PASSPHRASE_FILE to"):
        up(secret)
