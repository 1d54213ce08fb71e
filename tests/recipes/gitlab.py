"""Jobs of GitLab CI on this machine: scripts run, rules and artifacts are as GitLab has them."""

import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.live.project import CHECKOUT
from tests.recipes.workspace import Output, Workspace

_FILE = CHECKOUT / "examples" / "ci" / "gitlab" / ".gitlab-ci.yml"
_COMPARISON = re.compile(r'\$(\w+) (==|!=) "(.*)"')
_KEYWORDS = ("default", "stages", "variables")


@dataclass
class GitLab:
    """A project on GitLab: pipelines of its commits."""

    repository: Path
    folder: Path
    """Folder for the clones of jobs and for artifacts."""

    variables: Mapping[str, str]
    """Variables of the project and of the runner."""

    ran: list[str] = field(default_factory=list[str])
    """Jobs that ran."""

    _clones: int = 0

    def pipeline(
        self, commit: str, variables: Mapping[str, str], *manual: str
    ) -> dict[str, Output]:
        """Run the jobs of a pipeline by their stages, and return how each ended.

        Of the jobs that somebody has to start, those that are named in `manual` run.
        """
        body: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
        jobs = {name: job for name, job in body.items() if name not in _KEYWORDS}
        ordered = sorted(jobs, key=lambda name: body["stages"].index(jobs[name]["stage"]))
        outputs: dict[str, Output] = {}
        artifacts = self.folder / f"pipeline{self._clones}"
        for name in ordered:
            rule = _rule(jobs[name], variables)
            if rule is None or (rule.get("when") == "manual" and name not in manual):
                continue
            outputs[name] = self._job(jobs[name], commit, variables, artifacts)
            self.ran.append(name)
            if outputs[name].code != 0:
                break
        return outputs

    def _job(
        self, job: Mapping[str, Any], commit: str, variables: Mapping[str, str], artifacts: Path
    ) -> Output:
        self._clones += 1
        workspace = Workspace(self.folder / f"job{self._clones}", self.variables)
        workspace.check_out(self.repository, commit)
        if "needs" in job:
            shutil.copytree(artifacts, workspace.folder, dirs_exist_ok=True)
        output = workspace.shell("\n".join(job["script"]), **variables)
        for name in job.get("artifacts", {}).get("paths", ()) if output.code == 0 else ():
            artifacts.mkdir(exist_ok=True)
            shutil.copy(workspace.folder / name, artifacts)
        workspace.remove()
        return output


def _rule(job: Mapping[str, Any], variables: Mapping[str, str]) -> Mapping[str, Any] | None:
    """Return the first rule of a job that holds; None if the pipeline has no such job."""
    return next((rule for rule in job["rules"] if all(_holds(rule["if"], variables))), None)


def _holds(condition: str, variables: Mapping[str, str]) -> Iterator[bool]:
    """Yield whether each comparison of a variable with a text holds."""
    for comparison in condition.split("&&"):
        found = _COMPARISON.fullmatch(comparison.strip())
        assert found is not None, condition
        yield (variables.get(found[1], "") == found[3]) == (found[2] == "==")
