"""Ownership: objects that a stack is about to make, and that nobody else has made already.

Server-side apply never says that an object exists: two stacks would share it, and the end of one
would delete what the other serves from.
"""

import json
import re
import shlex
import tempfile
from typing import Any

import pulumi
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, Resource

from ..dynamic import LocalProvider, Properties, without, without_provider
from ..k8s.facts import context_of
from ..machine.runner import CommandError, Runner
from ..names import LABEL

_ANSWER_SECONDS = 10
_OWNER = f"{LABEL}/stack"

Entry = dict[str, str]
"""An object: its `apiVersion`, `kind`, `name` and, unless it has none, `namespace`."""


class OwnershipProvider(LocalProvider):
    """Looks for strangers' objects in `check`, which runs in previews too.

    Only for objects that the stack did not claim before: those have its label by now. A cluster
    whose kubeconfig is not known yet is made or started by `up`, which then checks again.
    """

    runner = Runner()

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        if pulumi.contains_unknowns(news["kubeconfig"]):
            return CheckResult(news, [])
        claimed: list[Entry] = []
        if _olds.get("uid") == news["uid"]:
            claimed = _olds["objects"]
        new: list[Entry] = [entry for entry in news["objects"] if entry not in claimed]
        try:
            found = self._found(new, news["kubeconfig"]) if new else []
        except CommandError as error:
            return CheckResult(news, [CheckFailure("objects", _unanswered(error))])
        failures = [
            CheckFailure("objects", _refusal(entry, _who(labels), news))
            for entry in new
            if (labels := _labels(entry, found)) is not None and labels.get(_OWNER) != news["owner"]
        ]
        return CheckResult(news, failures)

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        # The UID tells which cluster it is; the kubeconfig is only the way there.
        olds, news = without(_olds, "kubeconfig"), without(_news, "kubeconfig")
        return DiffResult(changes=olds != news)

    def create(self, props: Properties) -> CreateResult:
        return CreateResult(f"{props['owner']}-objects", without_provider(props))

    def _found(self, entries: list[Entry], kubeconfig: str) -> list[dict[str, Any]]:
        """Those of the objects that are there, asked for all at once."""
        asked = {"apiVersion": "v1", "kind": "List", "items": [_manifest(e) for e in entries]}
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(kubeconfig)
            file.flush()
            text = self.runner.run(
                *("kubectl", "--kubeconfig", file.name, f"--request-timeout={_ANSWER_SECONDS}s"),
                *("get", "--filename=-", "--ignore-not-found", "--output=json"),
                stdin=json.dumps(asked),
                timeout=_ANSWER_SECONDS,
            )
        answer: dict[str, Any] = json.loads(text) if text.strip() else {"items": []}
        return answer.get("items", [answer])


def _manifest(entry: Entry) -> dict[str, Any]:
    metadata = {key: entry[key] for key in ("name", "namespace") if key in entry}
    return {"apiVersion": entry["apiVersion"], "kind": entry["kind"], "metadata": metadata}


def _labels(entry: Entry, found: list[dict[str, Any]]) -> dict[str, str] | None:
    """The labels of an object; None if it is not among those found."""
    for manifest in found:
        metadata = manifest["metadata"]
        if (manifest["kind"], metadata["name"]) == (entry["kind"], entry["name"]):
            return metadata.get("labels") or {}
    return None


def _who(labels: dict[str, str]) -> str:
    if _OWNER in labels:
        return f"the stack {labels[_OWNER]}"
    return labels.get("app.kubernetes.io/managed-by", "somebody else")


def _refusal(entry: Entry, owner: str, news: Properties) -> str:
    group, _, _ = entry["apiVersion"].rpartition("/")
    kind = entry["kind"].lower()
    place = f"--namespace {entry['namespace']} " if "namespace" in entry else ""
    # The user's current context may be another cluster's.
    command = (
        f"kubectl --context {shlex.quote(context_of(news['kubeconfig']))} label "
        f"{kind}{group and '.' + group} {entry['name']} {place}"
        f"--overwrite {_OWNER}={news['owner']}"
    )
    return (
        f"refused: the {kind} {entry['name']}{' in ' + entry['namespace'] if place else ''} is "
        f"there already, and made by {owner}. Name yours otherwise; or, to let this stack take "
        f"it over and remove it in the end: {command}"
    )


def _unanswered(error: CommandError) -> str:
    if missing := _UNKNOWN_KIND.search(error.output):
        return (
            f"the cluster knows no {missing[1]} of {missing[2]}: what defines it has to be "
            "installed first, or slipway:target.expose has to be of another type"
        )
    return f"the cluster does not say whose objects it has: {error}"


_UNKNOWN_KIND = re.compile(r'no matches for kind "([^"]+)" in version "([^"]+)"')


class Ownership(Resource, module="slipway", name="Ownership"):
    """A claim on objects that no other stack and nobody else has."""

    def __init__(
        self,
        name: str,
        *,
        objects: list[Entry],
        owner: str,
        kubeconfig: pulumi.Input[str],
        uid: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "objects": objects,
            "owner": owner,
            "kubeconfig": pulumi.Output.secret(kubeconfig),
            "uid": uid,
        }
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        super().__init__(
            OwnershipProvider(), name, inputs, pulumi.ResourceOptions.merge(opts, secret)
        )
