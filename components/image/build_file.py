"""The Dockerfile in the copy of a context: built from, and seen by COPY only if Docker sends it.

`docker build` reads the Dockerfile beside what it sends, even if it is ignored or elsewhere. The
docker plugin gets one folder. So the copy has the Dockerfile too, and rules of its own beside it,
`<Dockerfile>.dockerignore`, which hide what is not sent. They take precedence over those of the
context, by which the copy would be judged again otherwise.
https://docs.docker.com/build/concepts/context/#filename-and-location
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from .context import Entry
from .listing import BUILD_FILE


@dataclass(frozen=True)
class BuildFile:
    """A Dockerfile in a copy."""

    source: Path

    path: str
    """Path relative to the copy: its own, unless it is outside or something is in the way."""

    is_sent: bool

    text: str | None = None
    """What is built from in place of the file's own content; that may be sent all the same."""

    @property
    def content(self) -> bytes:
        """What is built from."""
        return self.source.read_bytes() if self.text is None else self.text.encode()

    @classmethod
    def place(
        cls, source: Path, context: Path, entries: Iterable[Entry], text: str | None = None
    ) -> Self:
        """Return where a Dockerfile is in a copy of what is sent of a context.

        One with another `text` stands beside the file itself.
        """
        if text is not None:
            return cls(source, BUILD_FILE, False, text)
        path = os.path.relpath(source, context)
        sent = {each.path: each for each in entries}
        above = os.path.dirname(path)  # noqa: PTH120 - of a path that is text
        is_free = (
            (not above or (above in sent and sent[above].is_folder))
            and not (path in sent and sent[path].is_link)
            and f"{path}.dockerignore" not in sent
        )
        return cls(source, path, path in sent) if is_free else cls(source, BUILD_FILE, False)

    def add(self, copy: Path) -> None:
        """Put the Dockerfile, unless it is sent, and the rules into a copy."""
        rules = f"{self.path}.dockerignore"
        hidden = [rules]
        if not self.is_sent:
            (copy / self.path).write_bytes(self.content)
            (copy / self.path).chmod(0o644)
            hidden.append(self.path)
        (copy / rules).write_bytes(os.fsencode("".join(f"{_quoted(each)}\n" for each in hidden)))


def _quoted(path: str) -> str:
    """Return a path as a pattern that names it alone."""
    return re.sub(r"[ !-,:-@\[-^`{-~]", r"\\\g<0>", path)
