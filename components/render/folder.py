"""The folder that rendering writes: it holds what the last run wrote, and files of others."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..settings.model import SettingsError

_HEAD = "# Rendered by Slipway from "


@dataclass(frozen=True)
class RenderFolder:
    """A folder with the files of a stack, each of which names the stack in its first line."""

    path: Path
    project: str
    stack: str

    def write(self, files: Mapping[str, str]) -> list[Path]:
        """Write files by their names, and return the earlier ones of the stack that it removed.

        Raises SettingsError, before it writes, for a file that another stack rendered.
        """
        for name in files:
            head = _first_line(self.path / name)
            if head.startswith(_HEAD) and head != self._head:
                raise SettingsError(
                    f"{self.path / name} is a file of {head.removeprefix(_HEAD).rstrip('.')}; "
                    f"render {self.stack} into a folder of its own, e.g. "
                    f"OUT={self.path / self.stack}"
                )
        for name, text in files.items():
            file = self.path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{self._head}\n{text}", encoding="utf-8")
        return self._remove_all_but({self.path / name for name in files})

    @property
    def _head(self) -> str:
        return f"{_HEAD}the stack {self.stack} of the project {self.project}."

    def _remove_all_but(self, written: set[Path]) -> list[Path]:
        stale = [
            file
            for file in sorted(self.path.glob("*/*.yaml"))
            if file not in written and _first_line(file) == self._head
        ]
        for file in stale:
            file.unlink()
            if not any(file.parent.iterdir()):
                file.parent.rmdir()
        return stale


def _first_line(file: Path) -> str:
    """Return the first line of a file; nothing for what is no text file."""
    try:
        with file.open(encoding="utf-8") as lines:
            return lines.readline().rstrip("\n")
    except (OSError, UnicodeDecodeError):
        return ""
