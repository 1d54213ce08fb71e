"""A Runner for tests: it records commands and answers from a table instead of running them."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from toolchain.errors import ToolchainError
from toolchain.runner import Output, Runner


class FakeRunner(Runner):
    """Answers a command by the longest entry of ``answers`` that is part of its text.

    Commands without an entry succeed and print nothing.
    """

    def __init__(self, answers: Mapping[str, Output] | None = None) -> None:
        super().__init__()
        self.answers = dict(answers or {})
        self.commands: list[list[str]] = []

    def run(self, arguments: Sequence[str | Path], **options: Any) -> Output:
        words = [str(word) for word in arguments]
        self.commands.append(words)
        line = " ".join(words)
        keys = sorted((key for key in self.answers if key in line), key=len)
        output = self.answers[keys[-1]] if keys else Output(0, "")
        if output.code != 0 and options.get("check", True):
            raise ToolchainError(f"{line}: {output.text}", str(options.get("fix", "")))
        return output

    @property
    def lines(self) -> list[str]:
        """The commands as one would type them."""
        return [" ".join(words) for words in self.commands]
