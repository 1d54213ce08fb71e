"""The answers of a stack file to proposals, by `python -m stacks.write_back`."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from commands.drift.proposed import Proposed
from commands.drift.words import difference
from commands.errors import CommandError
from commands.stack import Stack

_PACKAGE = Path(__file__).resolve().parents[2]
"""Folder of the package `stacks`, which the checkout's Python imports."""


@dataclass(frozen=True)
class Answer:
    """The settings that a proposal was written to, or why it was not."""

    settings: tuple[str, ...] = ()
    reason: str = ""


def ask(stack: Stack, proposed: Sequence[Proposed]) -> list[Answer]:
    """Write what the stack file can take, and return an answer to each proposal.

    Raises CommandError for a stack file that is wrong already.
    """
    sent = [each.message for each in proposed if not each.reason]
    answers = iter(_ask(stack, json.dumps(sent)) if sent else ())
    return [Answer(reason=each.reason) if each.reason else next(answers) for each in proposed]


def _ask(stack: Stack, sent: str) -> list[Answer]:
    words = ("-m", "stacks.write_back", "--stack", stack.name, "--root", str(stack.checkout.root))
    done = subprocess.run(
        [sys.executable, *words],
        cwd=_PACKAGE,
        input=sent,
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    )
    if done.returncode != 0:
        raise CommandError(
            f"nothing was written: {(done.stderr or done.stdout).strip()}",
            f"correct {stack.file.name}, then the same command again",
        )
    return [
        Answer(tuple(each.get("settings", ())), each.get("reason", ""))
        for each in json.loads(done.stdout)
    ]


def answer_line(stack: Stack, proposed: Proposed, answer: Answer, now: datetime) -> str:
    """Return the line that reports a difference and what became of it."""
    said = difference(proposed.finding, proposed.change, now)
    if answer.settings:
        return f"{said}; written to {stack.file.name} as {', '.join(answer.settings)}"
    return f"{said}; not written: {answer.reason}"
