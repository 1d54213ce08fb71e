"""What a server hands out: bytes, or a part of a file on the disk."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1 << 20


@dataclass(frozen=True)
class Served:
    """Content of ``size`` bytes: ``data``, or what is at ``offset`` of the file ``path``."""

    size: int
    kind: str = "application/octet-stream"
    data: bytes = b""
    path: Path | None = None
    offset: int = 0
    digest: str = ""
    """Digest of the content, for what a registry names by it."""

    def chunks(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes from ``start`` to before ``end``."""
        if self.path is None:
            yield self.data[start:end]
            return
        with self.path.open("rb") as file:
            file.seek(self.offset + start)
            while start < end and (chunk := file.read(min(_CHUNK, end - start))):
                start += len(chunk)
                yield chunk


@dataclass(frozen=True)
class Redirect:
    """The answer that something is at another address."""

    location: str


def of_bytes(data: bytes, kind: str = "application/octet-stream", digest: str = "") -> Served:
    """Content that is in memory."""
    return Served(len(data), kind, data, digest=digest)


def of_file(path: Path) -> Served:
    """Content of a whole file."""
    return Served(path.stat().st_size, path=path)
