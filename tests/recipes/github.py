"""Workflows of GitHub Actions on this machine: shell steps run, known actions are acted out."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.live.project import CHECKOUT
from tests.recipes.workspace import Output, Workspace

_FOLDER = CHECKOUT / "examples" / "ci" / "github"
_EXPRESSION = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_NAME = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+")

Context = Mapping[str, Any]


@dataclass
class GitHub:
    """What a repository on GitHub has beside its commits: artifacts and comments."""

    repository: Path
    folder: Path
    """Folder for the clones of jobs and for artifacts."""

    variables: Mapping[str, str]
    """Variables of the runner."""

    settings: Mapping[str, str]
    """Variables of the repository, as `vars`."""

    comments: dict[tuple[int, str], str] = field(default_factory=dict[tuple[int, str], str])
    """Texts by number of the pull request and header."""

    ran: list[str] = field(default_factory=list[str])
    """Shell steps that ran, as `workflow: job: step`."""

    _clones: int = 0

    def run(self, workflow: str, event: Context, commit: str) -> list[Output]:
        """Run a workflow for an event, at a commit, and return how its shell steps ended.

        A job ends at the first step that fails.
        """
        file = _FOLDER / workflow
        body: dict[Any, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
        # Its `on` is the key True, by the rules of YAML 1.1.
        assert event["name"] in body[True], f"{workflow} is not for {event['name']}"
        github = {
            "event_name": event["name"],
            "event": event,
            "repository": "team/shop",
            "ref": event.get("ref", "refs/heads/main"),
        }
        context = {"github": github, "vars": self.settings, "inputs": event.get("inputs", {})}
        outputs: list[Output] = []
        for name, job in body["jobs"].items():
            if "if" not in job or _holds(job["if"], context):
                shared = {**body.get("env", {}), **job.get("env", {})}
                outputs += self._job(f"{workflow}: {name}", job, shared, context, commit)
        return outputs

    def _job(
        self, name: str, job: Context, shared: Context, context: Context, commit: str
    ) -> Iterator[Output]:
        self._clones += 1
        workspace = Workspace(self.folder / f"job{self._clones}", self.variables)
        for step in job["steps"]:
            if "uses" in step:
                action = step["uses"].partition("@")[0]
                inputs = {key: _filled(value, context) for key, value in step["with"].items()}
                _ACTIONS[action](self, workspace, inputs, context, commit)
                continue
            own = {**shared, **step.get("env", {})}
            output = workspace.shell(
                _filled(step["run"], context),
                **{key: _filled(value, context) for key, value in own.items()},
            )
            self.ran.append(f"{name}: {step['name']}")
            yield output
            if output.code != 0:
                break
        workspace.remove()


def _check_out(
    github: GitHub, workspace: Workspace, inputs: Context, _: Context, commit: str
) -> None:
    workspace.check_out(github.repository, inputs.get("ref", commit))


def _comment(
    github: GitHub, workspace: Workspace, inputs: Context, context: Context, _: str
) -> None:
    number = context["github"]["event"]["pull_request"]["number"]
    text = (workspace.folder / inputs["path"]).read_text(encoding="utf-8")
    github.comments[number, inputs["header"]] = text


def _upload(
    github: GitHub, workspace: Workspace, inputs: Context, context: Context, _: str
) -> None:
    assert inputs["if-no-files-found"] == "error"
    number = context["github"]["event"]["pull_request"]["number"]
    kept = github.folder / "artifacts" / str(number) / inputs["name"]
    kept.mkdir(parents=True, exist_ok=True)
    shutil.copy(workspace.folder / inputs["path"], kept)


def _download(github: GitHub, workspace: Workspace, inputs: Context, *_: Any) -> None:
    assert (_FOLDER / inputs["workflow"]).exists()
    kept = github.folder / "artifacts" / inputs["pr"] / inputs["name"]
    shutil.copytree(kept, workspace.folder, dirs_exist_ok=True)


def _nothing(*_: Any) -> None:
    """Stand for what this machine has: Python, a cache, the way to the cluster."""


_ACTIONS: Mapping[str, Callable[[GitHub, Workspace, Context, Context, str], None]] = {
    "actions/checkout": _check_out,
    "actions/setup-python": _nothing,
    "actions/cache": _nothing,
    "aws-actions/configure-aws-credentials": _nothing,
    "marocchino/sticky-pull-request-comment": _comment,
    "actions/upload-artifact": _upload,
    "dawidd6/action-download-artifact": _download,
}


def _filled(text: Any, context: Context) -> str:
    return _EXPRESSION.sub(lambda found: str(_looked_up(found[1], context)), str(text))


def _holds(condition: str, context: Context) -> bool:
    """Return whether a condition holds: comparisons of names with texts, joined by `&&`."""
    return all(_is_true(each.strip(), context) for each in condition.split("&&"))


def _is_true(comparison: str, context: Context) -> bool:
    for operator, is_equal in (("==", True), ("!=", False)):
        left, found, right = comparison.partition(operator)
        if found:
            values = [_looked_up(each.strip(), context) for each in (left, right)]
            return (values[0] == values[1]) == is_equal
    return bool(_looked_up(comparison, context))


def _looked_up(name: str, context: Context) -> Any:
    """Return the value of a name in the context, or of a text in quotes."""
    if name.startswith("'"):
        return name.strip("'")
    assert _NAME.fullmatch(name) or name.startswith("hashFiles("), name
    if name.startswith("hashFiles("):
        return "hash"
    value: Any = context
    for step in name.split("."):
        value = value.get(step, "") if isinstance(value, Mapping) else ""
    return value
