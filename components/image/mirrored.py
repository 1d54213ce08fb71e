"""A Dockerfile in which images and the frontend are those of this machine's mirror map."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..registry.mirror_map import Mirrors
from ..registry.reference import HUB, canonical
from .instructions import Instruction, directives, instructions

_FROM = re.compile(
    r"^FROM\s+(?:--\S+\s+)*[\"']?([^\s\"']+)[\"']?(?:\s+AS\s+(\S+))?\s*$", re.IGNORECASE
)
_COPY_FROM = re.compile(r"\s--from=[\"']?([^\s\"']+)")
_MOUNT_FROM = re.compile(r"\s--mount=\S*?\bfrom=([^\s,\"']+)")


@dataclass(frozen=True)
class Named:
    """An image that a line names, counted from 0, outside of arguments."""

    line: int
    reference: str


@dataclass(frozen=True)
class MirroredDockerfile:
    """The text to build from, and what of it this machine has no mirror for."""

    text: str
    removed_frontend: str | None
    without_mirror: tuple[Named, ...]


def mirrored_dockerfile(text: str, mirrors: Mirrors) -> MirroredDockerfile:
    """Return a Dockerfile with the mirrors of its images; lines keep their numbers.

    A frontend that `# syntax=` names and that the map replaces by `builtin` is removed: the one
    inside Docker needs no registry. Names of stages and what contains arguments stay.
    """
    lines = text.splitlines()
    result, removed = list(lines), None
    without: list[Named] = []
    for instruction, reference in _images(lines):
        mirror = mirrors.resolve(reference)
        if mirror != reference:
            _replace(result, instruction, reference, mirror)
        elif canonical(reference).startswith(f"{HUB}/"):
            without.append(Named(instruction.first, reference))
    if named := directives(lines).get("syntax"):
        number, reference = named
        frontend = mirrors.frontend(reference)
        if frontend is None:
            removed = reference
            _remove_directive(result, number, reference)
        else:
            result[number] = lines[number].replace(reference, frontend)
    changed = "".join(f"{line}\n" for line in result)
    return MirroredDockerfile(text if result == lines else changed, removed, tuple(without))


def _images(lines: Sequence[str]) -> Iterator[tuple[Instruction, str]]:
    stages = {"scratch"}
    for instruction in instructions(lines):
        names: list[str] = []
        if instruction.name == "FROM" and (match := _FROM.match(instruction.text)):
            names = [match[1]]
        elif instruction.name in ("COPY", "ADD"):
            names = _COPY_FROM.findall(instruction.text)
        elif instruction.name == "RUN":
            names = _MOUNT_FROM.findall(instruction.text)
        for name in names:
            if name.lower() not in stages and not name.isdecimal() and "$" not in name:
                yield instruction, name
        if instruction.name == "FROM" and (match := _FROM.match(instruction.text)) and match[2]:
            stages.add(match[2].lower())


def _replace(lines: list[str], instruction: Instruction, reference: str, mirror: str) -> None:
    word = re.compile(rf"(?<![^\s\"'=]){re.escape(reference)}(?![^\s\"',])")
    for number in range(instruction.first, instruction.after):
        lines[number], replaced = word.subn(lambda _: mirror, lines[number], count=1)
        if replaced:
            return


def _remove_directive(lines: list[str], number: int, reference: str) -> None:
    """Put a comment in place of a directive, after the others: a comment ends them."""
    last = max(line for line, _ in directives(lines).values())
    del lines[number]
    lines.insert(last, f"# The frontend {reference} has no mirror here; Docker's own one is used.")
