"""Generated build contexts: trees of files with ignore files, the same at every run.

reference/README.md has how what Docker sends of them was recorded.
"""

import json
import os
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

COUNT = 500
RECORDED = Path(__file__).with_name("recorded_contexts.jsonl")
DOCKERFILE = b"FROM scratch\nCOPY . /context/\n"

_NAMES = (
    b"a", b"b", b"lib", b"src", b"node_modules", b"README.md", b"notes.md", b"x.log", b"debug.log",
    b".env", b".env.example", b".git", b"caf\xc3\xa9", b"caf\xe9", b"[id]", b"(group)", b"a b",
    b"#hash", b"!bang", b"a+b", b"{x}", b"back\\slash", b"ab", b"abc", b"\xf0\x9f\x9a\x80.txt",
    b"keep.txt", b"Dockerfile.dockerignore.txt", b"^caret", b"$var", b"UPPER", b"trail.", b"-",
)  # fmt: skip
_LINKS = (b"../outside", b"/nowhere", b"a", b"src/a", b"../../../etc", b"missing", b".", b"lib/..")
_PARTS = (
    b"**", b"*", b"?", b"a*", b"*.md", b"*.log", b"[a-c]", b"[^a]*", b"[ab]", b"?b", b"a?", b"**b",
    b"a**", b"*.*", b".env*", b"\\#hash", b"\\!bang", b"a\\+b", b"\\[id\\]", b"caf?", b"caf\xe9*",
    b"caf\xff?", b"k[a-z]ep.txt", b"back\\\\slash", b"src\\b", b"\\w", b"[\\w]b", b"[a-", b"[a",
    b"a-]", b"[c-a]*", b"..", b"a\\", b".",
    b"[[]id]", b"[*]", b"***", b"^*", b"[^/]b",
)  # fmt: skip
_BEFORE = (b"", b"", b"", b"", b"/", b"./", b"**/", b"**/", b"//", b" ")
_AFTER = (b"", b"", b"", b"", b"/", b"/*", b"/**", b"  ", b"/.", b"\t")
_WHOLE = (
    b"", b"# a comment", b" # no comment", b"*", b"**", b"**/*", b"!", b"! a", b"!!a", b"/", b"!/",
    b"Dockerfile", b".dockerignore", b"**/.dockerignore", b"Dockerfile*", b"\xef\xbb\xbfa",
    b"\xa0", b"\xc2\xa0a\xc2\xa0", b"\x1fa", b"!**/keep.txt", b"!*/keep.txt", b"!src", b"!src/**",
    b"!.env.example", b"!lib/a", b"!src/*/a",
)  # fmt: skip


@dataclass(frozen=True)
class Sent:
    """What Docker sends of a tree, as recorded."""

    paths: frozenset[bytes] | None
    """None where Docker refuses the ignore file."""

    is_older_other: bool
    """Whether Docker 20.10 sends something else."""


@dataclass(frozen=True)
class Tree:
    """A build context, without a Dockerfile of its own; paths and contents are bytes."""

    ignore: bytes | None
    folders: tuple[bytes, ...]
    files: dict[bytes, bool] = field(default_factory=dict)
    """Whether each is executable."""

    links: dict[bytes, bytes] = field(default_factory=dict)

    @property
    def is_ascii(self) -> bool:
        """Whether every name and pattern is."""
        texts = (self.ignore or b"", *self.folders, *self.files, *self.links)
        return all(each.isascii() for each in texts)

    def write(self, folder: Path) -> None:
        """Make the tree in a new folder, with the modes that Git gives, and a Dockerfile."""
        folder.mkdir()
        folder.chmod(0o755)
        top = os.fsencode(folder)
        for path in self.folders:
            made = os.path.join(top, path)  # noqa: PTH118 - names of bytes
            os.mkdir(made)  # noqa: PTH102
            os.chmod(made, 0o755)  # noqa: PTH101 - under any umask
        for path, is_executable in self.files.items():
            _write(os.path.join(top, path), path, 0o755 if is_executable else 0o644)  # noqa: PTH118
        for path, target in self.links.items():
            os.symlink(target, os.path.join(top, path))  # noqa: PTH118, PTH211
        _write(top + b"/Dockerfile", DOCKERFILE, 0o644)
        if self.ignore is not None:
            _write(top + b"/.dockerignore", self.ignore, 0o644)


def trees(count: int = COUNT) -> Iterator[Tree]:
    """Yield the contexts."""
    for number in range(count):
        yield _tree(random.Random(number))


def recorded() -> list[Sent]:
    """Return what Docker sends of each tree."""
    return [_sent(json.loads(line)) for line in RECORDED.read_text().splitlines()]


def _sent(record: dict[str, object]) -> Sent:
    paths = record.get("sent")
    # A byte of a name is a character there.
    sent = frozenset(each.encode("latin-1") for each in paths) if isinstance(paths, list) else None
    return Sent(sent, "older" in record)


def _tree(draw: random.Random) -> Tree:
    # Docker 20.10 may not take other patterns: most trees are to be judged there too.
    is_ascii = draw.random() < 0.75
    tree = _any_tree(draw)
    while is_ascii and not tree.is_ascii:
        tree = _any_tree(draw)
    return tree


def _any_tree(draw: random.Random) -> Tree:
    folders: list[bytes] = []
    files: dict[bytes, bool] = {}
    links: dict[bytes, bytes] = {}
    for _ in range(draw.randint(4, 26)):
        above = draw.choice([b"", *folders])
        path = above + b"/" * bool(above) + draw.choice(_NAMES)
        if path in folders or path in files or path in links or path.count(b"/") > 3:
            continue
        kind = draw.random()
        if kind < 0.35:
            folders.append(path)
        elif kind < 0.92:
            files[path] = draw.random() < 0.2
        else:
            links[path] = draw.choice(_LINKS)
    named = [*folders, *files, *links]
    return Tree(_ignore(draw, named), tuple(folders), files, links)


def _ignore(draw: random.Random, named: list[bytes]) -> bytes | None:
    if draw.random() < 0.03:
        return None
    lines = [_line(draw, named) for _ in range(draw.randint(1, 7))]
    if draw.random() < 0.2:
        lines.insert(0, draw.choice((b"*", b"**", b"*/*")))
    start = b"\xef\xbb\xbf" if draw.random() < 0.1 else b""
    end = b"\r\n" if draw.random() < 0.15 else b"\n"
    return start + end.join(lines) + end * (draw.random() < 0.8)


def _line(draw: random.Random, named: list[bytes]) -> bytes:
    if draw.random() < 0.15:
        return draw.choice(_WHOLE)
    if named and draw.random() < 0.35:
        pattern = draw.choice(named)
    else:
        parts = [draw.choice(_PARTS if draw.random() < 0.5 else _NAMES) for _ in range(3)]
        pattern = b"/".join(parts[: draw.choice((1, 1, 1, 2, 2, 3))])
    line = draw.choice(_BEFORE) + pattern + draw.choice(_AFTER)
    return b"!" + line if draw.random() < 0.25 else line


def _write(path: bytes, content: bytes, mode: int) -> None:
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(content)
    os.chmod(path, mode)  # noqa: PTH101


def _record(current: Path, older: Path) -> None:
    """Put together what the reference printed with the current modules and with the older ones."""
    with RECORDED.open("w") as file:
        pairs = zip(current.read_text().splitlines(), older.read_text().splitlines(), strict=True)
        for record, other in ((json.loads(a), json.loads(b)) for a, b in pairs):
            is_other = record.get("sent") != other.get("sent")
            json.dump(record | ({"older": True} if is_other else {}), file)
            file.write("\n")


def _write_all(folder: Path) -> None:
    folder.mkdir(parents=True)
    for number, tree in enumerate(trees()):
        tree.write(folder / f"{number:03}")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", target]:
            _write_all(Path(target))
        case ["record", current, older]:
            _record(Path(current), Path(older))
        case _:
            sys.exit(__doc__)
