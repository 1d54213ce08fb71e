"""The checkout that the commands work on."""

import difflib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from commands.errors import CommandError


@dataclass(frozen=True)
class Checkout:
    """The folders of a checkout that is set up.

    The commands read it; `toolchain.places.Checkout` is where set-up writes.
    """

    root: Path

    @classmethod
    def of_this_package(cls) -> "Checkout":
        """The checkout that this file is part of."""
        return cls(Path(__file__).resolve().parent.parent)

    @property
    def programs(self) -> Path:
        """Folder of `pulumi`, `kind` and `kubectl`: the one of the Python that runs this."""
        return Path(sys.executable).parent

    def project(self) -> str:
        """The project's name.  Raises CommandError when Pulumi.yaml gives none."""
        file = self.root / "Pulumi.yaml"
        try:
            # Scalars stay as they are written: to Pulumi, `no` and `1e3` are names.
            text = file.read_text(encoding="utf-8")
            content: Any = yaml.load(text, Loader=yaml.BaseLoader)
            return str(content["name"])
        except (OSError, yaml.YAMLError, KeyError, TypeError) as error:
            raise CommandError(
                f"{file} gives no name of a project: {error}", f"git diff {file}"
            ) from None

    def stack_file(self, stack: str) -> Path:
        """The file of a stack. Raises CommandError, with the existing stacks, if it has none."""
        folder = self.root / "stacks"
        file = folder / f"Pulumi.{stack}.yaml"
        if file.is_file():
            return file
        names = sorted(
            path.name.removeprefix("Pulumi.").removesuffix(".yaml")
            for path in folder.glob("Pulumi.*.yaml")
        )
        close = difflib.get_close_matches(stack, names, n=1) or names
        existing = f"existing stacks: {', '.join(names)}" if names else "no stack exists"
        raise CommandError(
            f"there is no stack `{stack}`: stacks/ has no {file.name}; {existing}",
            f"the same with STACK={close[0]}" if close else f"write {file.relative_to(self.root)}",
        )
