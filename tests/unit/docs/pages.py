"""The documents of the repository, and what tests look at in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A code block: the file that it is in, its language and its text."""

    file: str
    language: str
    text: str


@dataclass(frozen=True)
class Page:
    """A Markdown file, by its path below the root."""

    path: str

    @property
    def text(self) -> str:
        return (ROOT / self.path).read_text()

    @property
    def prose(self) -> str:
        """The text without its code blocks."""
        return _FENCE.sub("", self.text)

    @property
    def blocks(self) -> list[Block]:
        found = _FENCE.findall(self.text)
        return [Block(self.path, language, text) for language, text in found]

    @property
    def links(self) -> list[str]:
        """What links lead to, outside of code."""
        return re.findall(r"\]\(([^)]+)\)", re.sub(r"`[^`\n]*`", "", self.prose))

    @property
    def anchors(self) -> set[str]:
        """The anchors of headings, as GitHub makes them."""
        made: list[str] = []
        for heading in re.findall(r"^#+ (.*)$", self.prose, re.MULTILINE):
            shown = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)
            slug = re.sub(r"[^\w -]", "", shown.lower()).replace(" ", "-")
            made.append(f"{slug}-{made.count(slug)}" if slug in made else slug)
        return set(made)

    def section(self, title: str) -> str:
        """The text below a heading of the second level."""
        _, found, rest = f"\n{self.text}".partition(f"\n## {title}\n")
        assert found, f"{self.path} has no section {title}"
        return rest.partition("\n## ")[0]


def pages() -> list[Page]:
    """All Markdown files of the repository that people read."""
    files = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("examples/**/*.md")]
    files += ROOT.glob("standins/*.md")
    return [Page(str(file.relative_to(ROOT))) for file in sorted(files)]


def blocks(language: str) -> list[Block]:
    """The code blocks of all pages in a language."""
    return [block for page in pages() for block in page.blocks if block.language == language]


def rows(text: str) -> Iterator[list[str]]:
    """The cells of the tables in a text, without heads."""
    lines = text.splitlines()
    for before, line in zip(["", *lines], lines, strict=False):
        if line.startswith("|") and before.startswith("|") and "| ---" not in line:
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]


def makefile_targets() -> set[str]:
    """The targets that `make help` shows."""
    return set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.MULTILINE))
