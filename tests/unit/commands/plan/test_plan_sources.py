"""Belongs here: which files and settings a plan binds."""

import subprocess
from pathlib import Path

import pytest

from commands.checkout import Checkout
from commands.errors import CommandError
from commands.plan.sources import settings, sources
from commands.stack import Stack

_COUNTED = (
    "__main__.py", "app/server.js", "requirements.lock", "Makefile", "Dockerfile", "lib/data.csv",
)  # fmt: skip
_LEFT_OUT = (
    "README.md", "docs/a.md", "tests/test_a.py", "examples/x.py", "bench/b.py",
    ".github/workflows/ci.yml", "stacks/Pulumi.other.yaml", "stacks/kind.lock.yaml",
)  # fmt: skip


@pytest.fixture
def clone(checkout: Checkout) -> Checkout:
    for name in (*_COUNTED, *_LEFT_OUT):
        _write(checkout, name, name)
    _git(checkout, "init", "--quiet")
    _git(checkout, "add", "--all")
    return checkout


def _write(checkout: Checkout, name: str, text: str) -> None:
    file = checkout.root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def _git(checkout: Checkout, *words: str) -> None:
    subprocess.run(["git", "-C", checkout.root, *words], check=True, capture_output=True)


def _config(checkout: Checkout, name: str, text: str) -> None:
    _write(checkout, f"stacks/Pulumi.{name}.yaml", text)


def test_the_program_counts_and_documents_and_tests_do_not(clone: Checkout) -> None:
    assert sources(clone).keys() == {*_COUNTED, "Pulumi.yaml"}


@pytest.mark.parametrize("name", _COUNTED)
def test_a_change_counts_before_it_is_committed(clone: Checkout, name: str) -> None:
    before = sources(clone)
    _write(clone, name, "other")
    assert {each for each, value in sources(clone).items() if value != before[each]} == {name}


def test_a_new_module_counts_and_another_new_file_does_not(clone: Checkout) -> None:
    _write(clone, "new.py", "")
    _write(clone, "plan-of-yesterday.json", "")
    assert sources(clone).keys() - {*_COUNTED, "Pulumi.yaml"} == {"new.py"}


def test_a_file_that_is_deleted_or_a_link_counts(clone: Checkout) -> None:
    (clone.root / "app/server.js").unlink()
    (clone.root / "__main__.py").unlink()
    (clone.root / "__main__.py").symlink_to("elsewhere.py")
    found = sources(clone)
    assert found["app/server.js"] == "deleted"
    (clone.root / "__main__.py").unlink()
    (clone.root / "__main__.py").symlink_to("another.py")
    assert sources(clone)["__main__.py"] != found["__main__.py"]


def test_without_git_nothing_is_bound(checkout: Checkout) -> None:
    with pytest.raises(CommandError, match="cannot be listed"):
        sources(checkout)


def test_settings_are_those_of_the_file_and_of_what_it_extends(stack: Stack) -> None:
    _config(stack.checkout, "base", "config: {slipway:app: {port: 1}}")
    _config(stack.checkout, "kind", "config: {slipway:extends: base, slipway:name: web}")
    assert settings(stack, {"slipway:name": "web", "aws:region": "eu"}) == {
        "stacks/Pulumi.kind.yaml": {"slipway:extends": "base", "slipway:name": "web"},
        "stacks/Pulumi.base.yaml": {"slipway:app": {"port": "1"}},
        "config": {"aws:region": "eu"},
    }


def test_a_circle_of_files_ends(stack: Stack) -> None:
    _config(stack.checkout, "kind", "config: {slipway:extends: kind}")
    assert settings(stack, {}).keys() == {"stacks/Pulumi.kind.yaml"}


def test_a_secret_counts_by_its_ciphertext_and_the_salt_does_not(stack: Stack) -> None:
    def found(cipher: str, salt: str) -> object:
        config = f"slipway:app: {{secrets: {{T: {{secure: {cipher}}}}}}}"
        _config(stack.checkout, "kind", f"encryptionsalt: {salt}\nconfig: {{{config}}}")
        return settings(stack, {})

    assert found("v1:abc", "one") == found("v1:abc", "other")
    assert found("v1:abc", "one") != found("v1:xyz", "one")
    assert "v1:abc" not in str(found("v1:abc", "one"))


def test_a_comment_in_a_stack_file_does_not_count(stack: Stack) -> None:
    before = settings(stack, {})
    file = stack.file
    file.write_text(f"# why\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
    assert settings(stack, {}) == before


def test_a_submodule_counts_by_its_commit(clone: Checkout, tmp_path: Path) -> None:
    other = Checkout(tmp_path / "other")
    other.root.mkdir()
    _write(other, "a.py", "")
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    _git(other, "init", "--quiet")
    _git(other, "add", "--all")
    _git(other, *who, "commit", "--quiet", "--message=one")
    allow = ("-c", "protocol.file.allow=always")
    _git(clone, *allow, "submodule", "--quiet", "add", str(other.root), "lib/shared")
    before = sources(clone)["lib/shared"]
    assert len(before) == 40
    _git(Checkout(clone.root / "lib/shared"), *who, "commit", "--allow-empty", "--message=two")
    assert sources(clone)["lib/shared"] != before
