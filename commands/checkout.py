"""The checkout that the commands work on."""

import difflib
import sys
from dataclasses import dataclass
from pathlib import Path

from commands.errors import CommandError


@dataclass(frozen=True)
class Checkout:
    """The folders of a checkout that is set up."""

    root: Path

    @classmethod
    def of_this_package(cls) -> "Checkout":
        """The checkout that this file is part of."""
        return cls(Path(__file__).resolve().parent.parent)

    @property
    def programs(self) -> Path:
        """Where set-up puts `pulumi`, `kind` and `kubectl`: beside the Python that runs this."""
        return Path(sys.executable).parent

    def stack_file(self, stack: str) -> Path:
        """The file of a stack.  Raises CommandError, naming those there are, if it has none."""
        folder = self.root / "stacks"
        file = folder / f"Pulumi.{stack}.yaml"
        if file.is_file():
            return file
        names = sorted(path.name.split(".")[1] for path in folder.glob("Pulumi.*.yaml"))
        close = difflib.get_close_matches(stack, names, n=1)
        raise CommandError(
            f"there is no stack `{stack}`: stacks/ has no Pulumi.{stack}.yaml; "
            f"there are: {', '.join(names)}\n"
            f"  next: make up STACK={close[0] if close else names[0]}"
        )
