"""Programs in folders: Pulumi.yaml, the stack's file, and the program's modules."""

import contextlib
import runpy
import sys
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ..settings.configuration import full_key, holds_secret, stack_configuration, text
from ..settings.project_file import ProjectFile
from .errors import UnansweredCall
from .values import revealed, secrets_in

Program = Callable[[], Any] | Path | str
"""A function without arguments, a folder with Pulumi.yaml, or a Python file."""


@dataclass(frozen=True)
class Configuration:
    """A stack's configuration as the program gets it."""

    texts: Mapping[str, str]
    secret_keys: tuple[str, ...]
    secrets: tuple[Any, ...]
    """Secrets that the test gives."""


def configuration(
    given: Mapping[str, Any], project: str, stack: str, folder: Path | None
) -> Configuration:
    """Return the configuration of a test, over that of the stack's file in a folder.

    Raises UnansweredCall for an encrypted value of the file that the test does not give.
    """
    values: dict[str, Any] = {}
    if folder is not None and (folder / "Pulumi.yaml").is_file():
        read = ProjectFile.read(folder)
        file = read.stack_file(stack)
        if file.is_file():
            values = dict(stack_configuration(file.read_bytes(), project))
        values = dict(read.completed({**values, **_full(given, project)}, stack))
    values.update(_full(given, project))
    encrypted = [key for key, value in values.items() if holds_secret(value)]
    if encrypted:
        raise UnansweredCall(
            f"{', '.join(encrypted)}: the stack file encrypts it; give a value: "
            f"deploy(…, config={{{encrypted[0]!r}: secret('…')}})"
        )
    secrets = {key: list(secrets_in(value)) for key, value in values.items()}
    return Configuration(
        {key: text(revealed(value)) for key, value in values.items()},
        tuple(key for key, found in secrets.items() if found),
        tuple(each for found in secrets.values() for each in found),
    )


def _full(given: Mapping[str, Any], project: str) -> dict[str, Any]:
    return {full_key(key, project): value for key, value in given.items()}


def project_name(folder: Path | None) -> str | None:
    """Return the name in a folder's Pulumi.yaml, or None."""
    if folder is None or not (folder / "Pulumi.yaml").is_file():
        return None
    return ProjectFile.read(folder).name


def runnable(program: Program) -> tuple[Callable[[], Any], Path | None]:
    """Return a function that runs a program, and the folder of its project."""
    if not isinstance(program, str | Path):
        return program, None
    path = Path(program).resolve()
    if path.is_file():
        return lambda: _run(path, path.parent), path.parent
    main = path / _main(path)
    return lambda: _run(main, main if main.is_dir() else main.parent), path


def _main(folder: Path) -> str:
    document: Any = yaml.safe_load((folder / "Pulumi.yaml").read_text(encoding="utf-8"))
    return str(document.get("main", "."))


def _run(path: Path, folder: Path) -> None:
    with _own_modules(folder), contextlib.chdir(folder):
        sys.path.insert(0, str(folder))
        runpy.run_path(str(path), run_name="__main__")


@contextlib.contextmanager
def _own_modules(folder: Path) -> Generator[None]:
    """Forget the modules of the program afterwards, so that the next deployment runs them."""
    known = set(sys.modules)
    try:
        yield
    finally:
        for name in set(sys.modules) - known:
            file = getattr(sys.modules[name], "__file__", None)
            is_own = file is not None and Path(file).is_relative_to(folder)
            if is_own and "site-packages" not in str(file):
                del sys.modules[name]
