"""Belongs here: exit codes and what reaches which output; the commands themselves are replaced."""

from collections.abc import Callable
from typing import Any

import pytest

from commands import cli
from commands.checkout import Checkout
from commands.cli import main
from commands.errors import CommandError
from commands.stack import Stack

_NAMES = ["up", "plan", "preview", "down", "clean", "status", "open"]


@pytest.fixture(autouse=True)
def _here(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Checkout, "of_this_package", lambda: checkout)


def _put(monkeypatch: pytest.MonkeyPatch, name: str, act: Callable[..., Any]) -> None:
    monkeypatch.setattr(cli, name, act)


def _fails(error: BaseException) -> Callable[..., None]:
    def act(*_: Any) -> None:
        raise error

    return act


@pytest.mark.parametrize("name", _NAMES[:-1])
def test_each_command_gets_the_stack_and_succeeds_silently(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    got: list[Stack] = []
    _put(monkeypatch, name, lambda stack, *_: got.append(stack))
    assert main([name, "--stack", "kind"]) == 0
    assert main([name]) == 0
    assert [stack.name for stack in got] == ["kind", "kind"]
    assert capsys.readouterr() == ("", "")


def test_open_gets_service_and_port(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[tuple[Any, ...]] = []
    _put(monkeypatch, "open_service", lambda _, *more: got.append(more))
    assert main(["open"]) == 0
    assert main(["open", "--service", "web", "--port", "8081"]) == 0
    assert got == [(None, None), ("web", 8081)]


def test_an_error_is_one_message_on_stderr_and_its_code(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _put(monkeypatch, "up", _fails(CommandError("no", "yes", 7)))
    assert main(["up"]) == 7
    assert capsys.readouterr() == ("", "error: no\n  next: yes\n")


def test_where_pulumi_has_spoken_nothing_is_added(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _put(monkeypatch, "up", _fails(CommandError("", code=3)))
    assert main(["up"]) == 3
    assert capsys.readouterr() == ("", "")


def test_ctrl_c_is_no_error_to_tell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _put(monkeypatch, "status", _fails(KeyboardInterrupt()))
    assert main(["status"]) == 130
    assert capsys.readouterr() == ("", "")


def test_an_unknown_stack_is_reported_before_anything_runs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _put(monkeypatch, "down", _fails(AssertionError("ran")))
    assert main(["down", "--stack", "knd"]) == 1
    message = capsys.readouterr().err
    assert message.startswith("error: there is no stack `knd`: ")
    assert message.endswith("\n  next: the same with STACK=kind\n")


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    message = capsys.readouterr().out
    assert [name for name in _NAMES if f"\n    {name} " not in message] == []


@pytest.mark.parametrize("words", [[], ["deploy"], ["up", "--port", "1"], ["open", "--port", "x"]])
def test_what_is_no_command_is_a_usage_error(
    capsys: pytest.CaptureFixture[str], words: list[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: python -m commands" in capsys.readouterr().err
