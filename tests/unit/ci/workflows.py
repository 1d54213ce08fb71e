"""The workflows of GitHub Actions, as tests look at them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.unit.docs.pages import ROOT

FILES = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
_MATRIX = re.compile(r"\$\{\{ matrix\.(\w+) \}\}")


@dataclass(frozen=True)
class Job:
    """One job of a workflow, as it is written there."""

    workflow: str
    name: str
    body: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.workflow}: {self.name}"

    @property
    def steps(self) -> list[dict[str, Any]]:
        return self.body["steps"]

    @property
    def commands(self) -> list[str]:
        """The lines of its shell steps."""
        return [line for step in self.steps for line in step.get("run", "").splitlines()]

    @property
    def runners(self) -> list[str]:
        return self._values(self.body["runs-on"])

    @property
    def pythons(self) -> list[str]:
        """The versions of Python that its steps install."""
        found = self._inputs("actions/setup-python", "python-version")
        return [version for each in found for version in self._values(each)]

    @property
    def cache_keys(self) -> list[str]:
        return self._inputs("actions/cache", "key")

    def _inputs(self, action: str, name: str) -> list[str]:
        used = [step for step in self.steps if step.get("uses", "").startswith(f"{action}@")]
        return [step["with"][name] for step in used]

    def _values(self, text: str) -> list[str]:
        """Return the values that a text has in the runs of the job's matrix."""
        named = _MATRIX.fullmatch(text)
        return self.body["strategy"]["matrix"][named[1]] if named else [text]


def read(file: Path) -> dict[str, Any]:
    """Return a workflow. Its `on` is the key True there, by the rules of YAML 1.1."""
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def jobs() -> list[Job]:
    """All jobs of all workflows."""
    return [
        Job(file.name, name, body) for file in FILES for name, body in read(file)["jobs"].items()
    ]
