"""Instructions of a Dockerfile, each with its lines.

https://docs.docker.com/reference/dockerfile/#format
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_DIRECTIVE = re.compile(r"^#\s*([a-z]+)\s*=\s*(\S+)\s*$", re.IGNORECASE)
_HERE = re.compile(r"(?:^|\s)\d*<<(-?)([\"']?)([A-Za-z_]\w*)\2(?=$|[\s;|&)>])")
_WITH_HERE_DOCUMENTS = ("RUN", "COPY", "ADD")


@dataclass(frozen=True)
class Instruction:
    """An instruction, its lines joined, without the texts of its here-documents.

    It is in the lines from `first` up to, but without, `after`, counted from 0.
    """

    text: str
    first: int
    after: int
    has_here_document: bool = False

    @property
    def name(self) -> str:
        """Name in capital letters, e.g. `FROM`."""
        return self.text.split(maxsplit=1)[0].upper()


def directives(lines: Sequence[str]) -> dict[str, tuple[int, str]]:
    """Return the parser directives of a file, such as `syntax`: the line and the value of each."""
    found: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(lines):
        match = _DIRECTIVE.match(line)
        if match is None:
            break
        found.setdefault(match[1].lower(), (number, match[2]))
    return found


def instructions(lines: Sequence[str]) -> Iterator[Instruction]:
    """Yield the instructions of a file in their order."""
    escape = directives(lines).get("escape", (0, "\\"))[1]
    after = 0
    while after < len(lines):
        first, parts, goes_on = after, list[str](), True
        while goes_on and after < len(lines):
            line = lines[after].strip()
            after += 1
            if line and not line.startswith("#"):
                goes_on = line.endswith(escape)
                parts.append(line.removesuffix(escape))
            elif not parts:
                first = after
        if not parts or not (text := " ".join(parts)).strip():
            continue
        end = after
        if text.split(maxsplit=1)[0].upper() in _WITH_HERE_DOCUMENTS:
            for dash, _, word in _HERE.findall(text):
                end = _end_of_here_document(lines, end, word, is_indented=bool(dash))
        yield Instruction(text, first, after, has_here_document=end > after)
        after = end


def _end_of_here_document(lines: Sequence[str], start: int, word: str, *, is_indented: bool) -> int:
    """Return the line after the one that ends the text; ``start`` where none does."""
    for number in range(start, len(lines)):
        line = lines[number].lstrip("\t") if is_indented else lines[number]
        if line == word:
            return number + 1
    return start
