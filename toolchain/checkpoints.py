"""The files in which Pulumi's file backend keeps the states of stacks, and the copies it makes.

Under the backend's folder `.pulumi` are `stacks/PROJECT/STACK.json`, beside it as `.bak` the file
before the last write, and in `backups` and `history` one for each update, with its time in
nanoseconds in its name.
"""

import gzip
import json
import re
import shlex
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

_SUFFIXES = (".json", ".json.gz")
_GZIP = b"\x1f\x8b"
_TIME = re.compile(r"\d{15,}")


@dataclass(frozen=True)
class Damage:
    """A state that Pulumi cannot read: its file, the reason, and the newest good copy."""

    file: Path
    reason: str
    copy: Path | None

    @property
    def stack(self) -> str:
        """Name of the stack."""
        return _stack(self.file)

    @property
    def message(self) -> str:
        """Place of the damage, its kind, and the copy that is left."""
        copy = f"the copy {self.copy} is good" if self.copy else "no good copy of it was found"
        return f"the state of the stack {self.stack} is damaged: {self.file} {self.reason}; {copy}"

    @property
    def fix(self) -> str:
        """The command that restores it, or what to do without a copy."""
        file = shlex.quote(str(self.file))
        if self.copy:
            return f"cp {shlex.quote(str(self.copy))} {file}"
        return f"restore it from a backup; if nothing was deployed yet: rm {file}"


def find_damage(folder: Path, project: str = "*", stack: str = "*") -> Iterator[Damage]:
    """Yield the damaged states in a backend's folder `.pulumi`: of one stack, or of all."""
    for suffix in _SUFFIXES:
        for file in sorted((folder / "stacks").glob(f"{project}/{stack}{suffix}")):
            if reason := _reason(file):
                good = (copy for copy in _copies(folder, file) if _reason(copy) is None)
                yield Damage(file, reason, next(good, None))


def _read(file: Path) -> dict[str, Any]:
    """Return the content of a state's file; an empty one for what is no mapping."""
    data = file.read_bytes()
    content: Any = json.loads(gzip.decompress(data) if data.startswith(_GZIP) else data)
    return cast("dict[str, Any]", content) if isinstance(content, dict) else {}


def _reason(file: Path) -> str | None:
    """Return why a file holds no state; None if it does, or if it is gone."""
    try:
        if not file.stat().st_size:
            return "is empty"
        content = _read(file)
    except FileNotFoundError:
        return None
    except (OSError, EOFError, ValueError, zlib.error) as error:
        return f"is cut off or is no JSON ({error})"
    # Pulumi reads `{}` as a stack without resources, and would create them all again.
    return None if isinstance(content.get("checkpoint"), dict) else "holds no state"


def _copies(folder: Path, file: Path) -> list[Path]:
    """Return the copies of a state, newest first."""
    suffix = "".join(file.suffixes[-2:]) if file.suffix == ".gz" else file.suffix
    place = Path(file.parent.name) / _stack(file)
    kept = [
        *(folder / "backups" / place).glob(f"*{suffix}"),
        *(folder / "history" / place).glob(f"*.checkpoint{suffix}"),
    ]
    beside = file.with_name(f"{file.name}.bak")
    return [*([beside] if beside.exists() else []), *sorted(kept, key=_written, reverse=True)]


def _written(file: Path) -> int:
    times = _TIME.findall(file.name)
    return int(times[-1]) if times else 0


def _stack(file: Path) -> str:
    return file.name.removesuffix(".gz").removesuffix(".json")
