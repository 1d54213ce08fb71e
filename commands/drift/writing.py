"""The answers of a stack file to proposals, by `python -m stacks.write_back`."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from commands.drift.proposed import Proposed
from commands.drift.words import difference
from commands.errors import CommandError
from commands.settings import SettingsRefused, run_module
from commands.stack import Stack


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
    try:
        answers = run_module("write_back", stack.name, stack.checkout, stdin=sent)
    except SettingsRefused as refused:
        raise CommandError(
            f"nothing was written: {refused}",
            f"correct {stack.file.name}, then the same command again",
        ) from None
    return [
        Answer(tuple(each.get("settings", ())), each.get("reason", ""))
        for each in json.loads(answers)
    ]


def answer_line(stack: Stack, proposed: Proposed, answer: Answer, now: datetime) -> str:
    """Return the line that reports a difference and what became of it."""
    said = difference(proposed.finding, proposed.change, now)
    if answer.settings:
        return f"{said}; written to {stack.file.name} as {', '.join(answer.settings)}"
    return f"{said}; not written: {answer.reason}"
