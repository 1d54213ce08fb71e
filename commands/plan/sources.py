"""Digests of the files that decide what an update applies: the program, and the settings.

They are of the contents in the working tree, so that a change counts before it is committed.
"""

import hashlib
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, cast

import yaml

from commands.checkout import Checkout
from commands.errors import CommandError
from commands.stack import Stack

_OTHERS = frozenset({"bench", "docs", "examples", "tests"})
"""Folders that no update reads."""

_TEXTS = "*.md"
"""Files for people, where they are not in a folder, which may be one that is built."""

_STACK_FILES = ("Pulumi.*.yaml", "*.lock.yaml")
_EXTENDS = "slipway:extends"
_DIGITS = 16


def sources(checkout: Checkout) -> dict[str, str]:
    """Return the digest of each file of the program and of the toolchain by its path.

    They are the files of Git, and modules of Python that are not committed yet; without hidden
    ones, documents, tests, examples and stack files. Raises CommandError outside of Git.
    """
    listed = _git(checkout.root, "ls-files", "-z")
    modules = _git(checkout.root, "ls-files", "-z", "--others", "--exclude-standard", "--", "*.py")
    names = {name for name in (*listed, *modules) if name and _counts(PurePosixPath(name))}
    return {name: _digest_of(checkout.root / name) for name in sorted(names)}


def settings(stack: Stack, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return the configuration of a stack file, and of those that it extends, by their paths.

    `config` is the one of a preview, of which the values from elsewhere are added, such as those
    of Pulumi.yaml. An encrypted value is the digest of its ciphertext, which changes with the
    value. The salt of a file is left out, as each checkout may have one of its own.
    """
    found: dict[str, Any] = {}
    own: Mapping[str, Any] | None = None
    name: object = stack.name
    while isinstance(name, str):
        file = stack.checkout.stack_file(name)
        path = file.relative_to(stack.checkout.root).as_posix()
        if path in found:
            break  # a circle, which the program refuses
        # Scalars stay as they are written.
        content: Any = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        mapping = cast("dict[str, Any]", content) if isinstance(content, dict) else {}
        written = cast("dict[str, Any]", mapping.get("config") or {})
        own = written if own is None else own
        found[path] = _without_ciphertext(written)
        name = written.get(_EXTENDS)
    others = {key: value for key, value in config.items() if key not in (own or {})}
    return {**found, "config": others} if others else found


def digest(content: bytes) -> str:
    """Return the SHA-256 of a content in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def _counts(path: PurePosixPath) -> bool:
    first = path.parts[0]
    if first.startswith(".") or first in _OTHERS:
        return False
    if first == "stacks" and any(path.match(pattern) for pattern in _STACK_FILES):
        return False
    return len(path.parts) > 1 or not path.match(_TEXTS)


def _digest_of(path: Path) -> str:
    if path.is_symlink():
        return digest(str(path.readlink()).encode())
    if path.is_dir():  # a submodule: its commit
        return next(iter(_git(path, "rev-parse", "HEAD"))).strip()
    try:
        return digest(path.read_bytes())
    except FileNotFoundError:
        return "deleted"


def _git(folder: Path, *arguments: str) -> Iterator[str]:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments],
            capture_output=True,
            text=True,
            check=True,
            encoding="utf-8",
        )
    except (OSError, subprocess.CalledProcessError) as error:
        reason = str(getattr(error, "stderr", None) or error).strip()
        raise CommandError(
            f"the files of {folder} cannot be listed: {reason}; a plan binds the program's "
            "sources, which Git knows",
            "the same in a clone",
        ) from None
    return iter(done.stdout.split("\0"))


def _without_ciphertext(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_ciphertext(each) for each in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    fields = cast("Mapping[str, Any]", value)
    if list(fields) == ["secure"]:
        return {"secure": digest(str(fields["secure"]).encode())[:_DIGITS]}
    return {key: _without_ciphertext(inner) for key, inner in fields.items()}
