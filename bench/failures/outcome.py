"""The outcome of one update to a version that fails."""

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from bench.failures.causes import CAUSES
from tests.live.project import Project, Ran

_ERROR = re.compile(
    r"^\s*(?:error|Error): ?(?:before hook \"[^\"]+\" failed: )?(.+)$", re.MULTILINE
)
_PROBLEM = re.compile(r".* has a problem: ")
"""What Pulumi puts before the words with which a provider refuses a value."""

_END = re.compile(r"(?:update|preview) failed$")
_HEADING = re.compile(r"\d+ errors? occurred:$")
_LIST = re.compile(r"^\s*\* (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Snapshot:
    """A Deployment at one moment."""

    template: Any
    generation: int
    available: int

    @classmethod
    def of(cls, host: Project, namespace: str) -> Self:
        """Return the Deployment `web` of a namespace as it is now."""
        words = ("get", "deployment", "web", f"--namespace={namespace}", "--output=json")
        found = json.loads(host.kubectl(*words))
        return cls(
            found["spec"]["template"],
            found["metadata"]["generation"],
            found["status"].get("availableReplicas", 0),
        )


@dataclass(frozen=True)
class Outcome:
    """How a tool's command ended, and what it did to the Deployment."""

    cause: str
    """Name of the cause."""

    tool: str
    number: int
    """Number of the run, from 0."""

    code: int
    seconds: float
    """Seconds from the start of the command to its end."""

    output: str
    wrote_nothing: bool
    """Whether the Deployment was not written to."""

    left_the_version_before: bool
    """Whether the cluster has the version before, and it serves."""

    @classmethod
    def of(cls, cause: str, tool: str, number: int, ran: Ran, seen: Sequence[Snapshot]) -> Self:
        """Return the outcome of a command, with the Deployment before and after it."""
        before, after = seen
        return cls(
            cause,
            tool,
            number,
            ran.code,
            ran.seconds,
            ran.output,
            after.generation == before.generation,
            after.template == before.template and after.available > 0,
        )

    @property
    def is_named(self) -> bool:
        """Whether the command failed, and its output names the cause."""
        return self.code != 0 and CAUSES[self.cause].is_named(self.output)

    @property
    def first_line(self) -> str:
        """First line of what the tool says about the failure."""
        return first_line(self.output) if self.code else "nothing: it reports a success"

    def keep(self, folder: Path) -> None:
        """Write it into a file of its own."""
        file = folder / f"{self.cause}.{self.tool}.{self.number}.json"
        file.write_text(json.dumps(asdict(self), indent=2), encoding="utf-8")


def kept(folder: Path) -> list[Outcome]:
    """Return the outcomes in a folder, in the order of their causes."""
    found = [Outcome(**json.loads(file.read_text("utf-8"))) for file in sorted(folder.iterdir())]
    names = list(CAUSES)
    return sorted(found, key=lambda each: names.index(each.cause))


def first_line(output: str) -> str:
    """Return the first line of the message in a tool's output; the last line if it has none.

    Of Pulumi's, that of the diagnostics at the end. A heading such as "3 errors occurred" is none.
    """
    _, found, diagnostics = output.partition("\nDiagnostics:\n")
    text = diagnostics if found else output
    for match in _ERROR.finditer(text):
        line = match[1].strip()
        if _END.match(line):
            continue
        listed = _LIST.search(text, match.end()) if _HEADING.match(line) else None
        return listed[1].strip() if listed else _PROBLEM.sub("", line)
    written = [line.strip() for line in text.splitlines() if line.strip()]
    return written[-1] if written else "nothing"
