"""Belongs here: a damaged state in the file backend, and the command that restores it."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from commands.down import down
from commands.errors import CommandError
from commands.preview import preview
from commands.stack import Stack
from commands.status import status
from commands.up import up
from toolchain import places
from toolchain.doctor import pulumi as doctor

_COMMANDS = (up, preview, down, status)


def _file(stack: Stack) -> Path:
    folder = stack.state_folder()
    assert folder is not None
    return folder / "stacks" / "p" / "dev.json"


def _refused(command: Callable[[Stack], None], stack: Stack) -> str:
    with pytest.raises(CommandError) as raised:
        command(stack)
    assert raised.value.code != 0
    return str(raised.value)


def _restore(message: str) -> None:
    (command,) = re.findall(r"next: (cp .+)", message)
    subprocess.run(["sh", "-c", command], check=True)


def _unchanged(stack: Stack, capfd: pytest.CaptureFixture[str]) -> bool:
    capfd.readouterr()
    preview(stack)
    return "3 unchanged" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda text: text[: len(text) // 2], "is cut off or is no JSON"),
        (lambda _: "", "is empty"),
        (lambda _: "<html>", "is cut off or is no JSON"),
        (lambda _: "{}", "holds no state"),
    ],
    ids=["cut off", "empty", "not JSON", "no state"],
)
def test_every_command_names_the_file_and_the_command_that_restores_it(
    stack: Stack,
    damage: Callable[[str], str],
    reason: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    up(stack)
    text = _file(stack).read_text()
    _file(stack).write_text(damage(text))

    messages = {_refused(command, stack) for command in _COMMANDS}

    (message,) = messages
    assert f"the state of the stack dev is damaged: {_file(stack)} {reason}" in message
    (finding,) = doctor.states(places.Checkout(stack.checkout.root))
    assert finding.level == "fail"
    assert f"{finding.detail}\n  next: {finding.fix}\n" in message
    _restore(message)
    assert _unchanged(stack, capfd)
    assert doctor.states(places.Checkout(stack.checkout.root))[0].level == "ok"


def test_where_the_copy_beside_it_is_damaged_too_one_of_an_earlier_update_is_good(
    stack: Stack, capfd: pytest.CaptureFixture[str]
) -> None:
    up(stack)
    for file in (_file(stack), _file(stack).with_name("dev.json.bak")):
        file.write_text(file.read_text()[:100])
    message = _refused(up, stack)
    assert "/.pulumi/backups/p/dev/" in message or "/.pulumi/history/p/dev/" in message
    _restore(message)
    assert _unchanged(stack, capfd)
