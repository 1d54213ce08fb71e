"""The Python that runs a program: the meaning of `runtime: options:` in Pulumi.yaml."""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from standins.language_host.errors import HostError

_TOOLCHAINS = ("pip", "uv")
_TYPECHECKERS = ("mypy", "pyright")


@dataclass(frozen=True)
class Environment:
    """One program's Python.

    Made from the folder that relative paths start from (that of Pulumi.yaml) and the runtime
    options `virtualenv`, `toolchain` (pip or uv) and `typechecker` (mypy or pyright).
    """

    virtualenv: Path | None
    """The folder of the virtual environment, absolute; None for an interpreter outside of one."""
    option: str
    """The virtual environment as Pulumi.yaml spells it; empty without one."""
    toolchain: str
    typechecker: str
    """Empty when the program is not type-checked before it runs."""

    @staticmethod
    def of(root: Path, options: dict[str, Any]) -> "Environment":
        """Read the runtime options; raise HostError when one is unknown here or no string."""
        for name in ("virtualenv", "toolchain", "typechecker"):
            if not isinstance(options.get(name, ""), str):
                raise HostError(f"Pulumi.yaml: runtime option {name} must be a string")
        toolchain = _one_of("toolchain", options.get("toolchain") or "pip", _TOOLCHAINS)
        typechecker = options.get("typechecker") or ""
        if typechecker:
            _one_of("typechecker", typechecker, _TYPECHECKERS)
        option = options.get("virtualenv") or (".venv" if toolchain == "uv" else "")
        return Environment((root / option) if option else None, option, toolchain, typechecker)

    @property
    def is_own(self) -> bool:
        """Return whether this process itself runs in the environment."""
        if self.virtualenv is None:
            return not os.environ.get("PULUMI_PYTHON_CMD")
        return self.virtualenv.resolve() == Path(sys.prefix).resolve()

    @property
    def exists(self) -> bool:
        """Return whether an interpreter exists; always true outside of virtual environments."""
        return self.virtualenv is None or (self.virtualenv / "bin" / "python").is_file()

    def python(self) -> str:
        """Return the interpreter's path.

        Without a virtual environment it is `PULUMI_PYTHON_CMD` when that is set, else the
        interpreter of this process. Raises HostError when there is none.
        """
        if self.virtualenv is None:
            return _interpreter_outside()
        if not self.exists:
            what = "is no virtual environment" if self.virtualenv.exists() else "does not exist"
            raise HostError(
                f"Pulumi.yaml: runtime option virtualenv is {self.option}, but {self.virtualenv} "
                f"{what}; make it with `pulumi install`"
            )
        return str(self.virtualenv / "bin" / "python")

    def variables(self) -> dict[str, str]:
        """Return the environment variables for processes of the program, as if activated."""
        found = dict(os.environ)
        if self.virtualenv is not None:
            found.pop("PYTHONHOME", None)
            found["VIRTUAL_ENV"] = str(self.virtualenv)
            found["PATH"] = os.pathsep.join(
                [str(self.virtualenv / "bin"), *filter(None, [found.get("PATH", "")])]
            )
        return found


def _one_of(name: str, value: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise HostError(
            f"Pulumi.yaml: runtime option {name} is {value}, which this language host does not "
            f"serve; use {' or '.join(known)}"
        )
    return value


def _interpreter_outside() -> str:
    command = os.environ.get("PULUMI_PYTHON_CMD")
    if not command:
        return sys.executable
    found = shutil.which(command)
    if found is None:
        raise HostError(
            f"PULUMI_PYTHON_CMD is {command}, which is not on PATH; correct or unset it"
        )
    return found
