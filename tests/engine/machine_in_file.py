"""The machine of the unit tests for the providers of a real Pulumi, kept in a file."""

import pickle
import shlex
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from components.machine.runner import CommandError, Runner
from tests.unit.components.doubles.docker import Failure
from tests.unit.components.doubles.machine import Machine

_Result = TypeVar("_Result")
_one_command = Lock()


class MachineInFile:
    """A machine that outlives the process that works on it."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def module(self) -> str:
        """Text of a module `slipway`, whose providers run their commands on the machine."""
        return (
            "from pathlib import Path\n"
            "from components.dynamic import find_provider\n"
            f"from {__name__} import MachineInFile\n"
            f"MachineInFile(Path({str(self._file)!r})).take_commands()\n"
        )

    def change(self, work: Callable[[Machine], _Result]) -> _Result:
        """Do something to the machine, and return what comes of it."""
        with _one_command:
            machine = pickle.loads(self._file.read_bytes()) if self._file.exists() else Machine()
            try:
                return work(machine)
            finally:
                self._file.write_bytes(pickle.dumps(machine))

    def take_commands(self) -> None:
        """Let every Runner of this process run its commands on the machine."""

        def run(_runner: Runner, *command: str, stdin: str | None = None, **_: Any) -> str:
            try:
                return self.change(lambda machine: machine.answer(list(command), stdin))
            except Failure as failure:
                line = shlex.join(command)
                raise CommandError(line, "failed", str(failure), failure.answer) from None

        Runner.run = run  # pyright: ignore[reportAttributeAccessIssue]
