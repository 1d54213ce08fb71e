"""The folder that rendering writes: it holds what the last run wrote, and files of others."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..settings.model import SettingsError
from .files import KUSTOMIZATION

_HEAD = "# Rendered by Slipway from "


@dataclass(frozen=True)
class RenderFolder:
    """A folder with the files of a stack, each of which names the stack in its first line."""

    path: Path
    project: str
    stack: str

    def write(self, files: Mapping[str, str]) -> list[Path]:
        """Write files by their names, and return the earlier ones of the stack that it removed.

        A file that is as it should be is not touched. Raises SettingsError, before it writes, for
        a file that another stack rendered, and for a kustomization.yaml of the user.
        """
        existing = dict(self._existing())
        changed: dict[Path, bytes] = {}
        for name, text in files.items():
            current = existing.pop(name, None)
            content = f"{self._head}\n{text}".encode()
            if current == content:
                continue
            if current is not None:
                self._require_own(name, current)
            changed[self.path / name] = content
        stale = [self.path / name for name, found in existing.items() if self._is_own(found)]
        for folder in {file.parent for file in changed}:
            folder.mkdir(parents=True, exist_ok=True)
        for file, content in changed.items():
            file.write_bytes(content)
        _remove(stale)
        return stale

    @property
    def _head(self) -> str:
        return f"{_HEAD}the stack {self.stack} of the project {self.project}."

    def _existing(self) -> Iterator[tuple[str, bytes]]:
        """Yield the files where rendered ones may be, by their names, with their contents."""
        for pattern in (KUSTOMIZATION, "*/*.yaml"):
            for file in sorted(self.path.glob(pattern)):
                if file.is_file():
                    yield file.relative_to(self.path).as_posix(), file.read_bytes()

    def _is_own(self, content: bytes) -> bool:
        return _first_line(content) == self._head

    def _require_own(self, name: str, content: bytes) -> None:
        head = _first_line(content)
        if head == self._head:
            return
        proposal = f"e.g. OUT={self.path / self.stack}"
        if head.startswith(_HEAD):
            owner = head.removeprefix(_HEAD).rstrip(".")
            raise SettingsError(
                f"{self.path / name} is a file of {owner}; render {self.stack} into a folder of "
                f"its own, {proposal}"
            )
        if name == KUSTOMIZATION:
            raise SettingsError(
                f"{self.path / name} is not one that Slipway wrote, and would no longer list what "
                f"is rendered; render into a folder of its own, {proposal}, and name that folder "
                f"under `resources` of yours"
            )


def _first_line(content: bytes) -> str:
    """Return the first line of a file; nothing for what is no text."""
    try:
        return content.partition(b"\n")[0].decode().rstrip("\r")
    except UnicodeDecodeError:
        return ""


def _remove(files: list[Path]) -> None:
    for file in files:
        file.unlink()
        if not any(file.parent.iterdir()):
            file.parent.rmdir()
