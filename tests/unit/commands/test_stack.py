"""Belongs here: what a stack asks Pulumi for, and how Pulumi's refusals are reported."""

import json
from pathlib import Path

import pytest

from commands.checkout import Checkout
from commands.errors import CommandError
from commands.stack import Stack
from tests.unit.commands.fakes import Program, as_text, deployment, resource


def test_selecting_makes_a_missing_stack(stack: Stack, pulumi: Program) -> None:
    stack.select()
    assert pulumi.calls == ["stack select --create kind --non-interactive"]


@pytest.mark.parametrize(
    ("listed", "there"), [(["kind", "x"], True), (["kindly"], False), ([], False)]
)
def test_a_stack_exists_when_the_backend_lists_its_very_name(
    stack: Stack, pulumi: Program, listed: list[str], there: bool
) -> None:
    pulumi.answers("stack ls --json", json.dumps([{"name": name} for name in listed]))
    assert stack.exists() is there


def test_the_state_is_read_and_written_whole(stack: Stack, pulumi: Program) -> None:
    state = deployment(resource("a:b:C", "one", outputs={"text": "é"}))
    pulumi.answers("stack export --stack kind", as_text(state))
    pulumi.answers("stack import --stack kind", reads=True)
    stack.put_state(stack.state())
    assert json.loads(pulumi.stdin.read_text()) == state


def test_unlocking_cancels_without_a_question(stack: Stack, pulumi: Program) -> None:
    stack.unlock()
    assert pulumi.calls == ["cancel --yes --stack kind --non-interactive"]


def test_a_refusal_is_reported_with_the_words_and_code_of_pulumi_and_a_next_command(
    stack: Stack, pulumi: Program
) -> None:
    pulumi.answers("stack export", code=6, error="error: no such bucket\n")
    with pytest.raises(CommandError) as raised:
        stack.state()
    assert str(raised.value) == (
        "`pulumi stack export --stack kind` failed:\nerror: no such bucket\n  next: make doctor"
    )
    assert raised.value.code == 6


def test_for_another_passphrase_the_next_step_is_the_right_one(
    stack: Stack, pulumi: Program
) -> None:
    pulumi.answers("stack select", code=1, error="error: incorrect passphrase\n")
    with pytest.raises(CommandError, match="incorrect passphrase") as raised:
        stack.select()
    assert "\n  next: set PULUMI_CONFIG_PASSPHRASE_FILE to" in str(raised.value)
    assert str(stack.file) in str(raised.value)


def test_a_run_passes_the_stack_and_the_checkout_to_pulumi(stack: Stack, pulumi: Program) -> None:
    place = stack.checkout.root / "ran-here"
    pulumi.does("preview", "touch ran-here")
    stack.run("preview", "--diff")
    assert pulumi.calls == ["preview --diff --stack kind"]
    assert place.exists()


def test_a_run_that_fails_ends_with_pulumis_code_and_no_second_message(
    stack: Stack, pulumi: Program
) -> None:
    pulumi.answers("up", code=9)
    with pytest.raises(CommandError) as raised:
        stack.run("up")
    assert (str(raised.value), raised.value.code) == ("", 9)


def test_a_checkout_that_is_not_set_up_is_reported(checkout: Checkout, programs: Path) -> None:
    assert not (programs / "pulumi").exists()
    stack = Stack("kind", checkout)
    for act in (stack.select, lambda: stack.run("up")):
        with pytest.raises(CommandError, match=r"not set up\n  next: make setup"):
            act()


def test_the_state_is_in_the_checkout_unless_the_user_says_otherwise(stack: Stack) -> None:
    assert stack.state_folder() == stack.checkout.root / ".slipway" / "state" / ".pulumi"


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("file:///abs/place", "/abs/place/.pulumi"),
        ("file://~", "{home}/.pulumi"),
        ("file://~/deep/er", "{home}/deep/er/.pulumi"),
        ("file://./beside", "{root}/beside/.pulumi"),
        ("file:///abs/place?metadata=skip", "/abs/place/.pulumi"),
    ],
)
def test_every_form_of_a_file_backend_is_understood(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, url: str, folder: str
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PULUMI_BACKEND_URL", url)
    wanted = folder.format(home=tmp_path / "home", root=stack.checkout.root)
    assert stack.state_folder() == Path(wanted)


@pytest.mark.parametrize("url", ["s3://bucket", "https://api.pulumi.com", ""])
def test_another_backend_has_no_folder(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", url)
    assert stack.state_folder() is None
