"""Ownership: objects that a stack is about to make, and that nobody else has made already.

Server-side apply never says that an object exists: two stacks would share it, and the end of one
would delete what the other serves from.
"""

import json
import tempfile
from typing import Any

import pulumi
from pulumi.dynamic import CheckFailure, CheckResult, CreateResult, DiffResult, Resource

from ..names import LABEL
from .provider import LocalProvider, Properties, without_provider
from .runner import Runner

_ANSWER_SECONDS = 10
_OWNER = f"{LABEL}/stack"


class OwnershipProvider(LocalProvider):
    """Looks for strangers' objects in `check`, which runs in previews too.

    Only for objects that the stack did not claim before: those have its label by now.
    """

    runner = Runner()

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        claimed: list[dict[str, str]] = []
        if _olds.get("uid") == news["uid"]:
            claimed = _olds["objects"]
        new = [entry for entry in news["objects"] if entry not in claimed]
        failures = [
            CheckFailure("objects", _refusal(entry, owner, news["owner"]))
            for entry in new
            if (owner := self._stranger(entry, news)) is not None
        ]
        return CheckResult(news, failures)

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        return DiffResult(changes=without_provider(_olds) != without_provider(_news))

    def create(self, props: Properties) -> CreateResult:
        return CreateResult(f"{props['owner']}-objects", without_provider(props))

    def _stranger(self, entry: dict[str, str], props: Properties) -> str | None:
        """Who has the object: another stack, or what is told of it; None if it is free or ours."""
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(props["kubeconfig"])
            file.flush()
            text = self.runner.run(
                *("kubectl", "--kubeconfig", file.name, f"--request-timeout={_ANSWER_SECONDS}s"),
                *("get", entry["kind"], entry["name"], *_in(entry)),
                *("--ignore-not-found", "--output=json"),
                timeout=_ANSWER_SECONDS,
            )
        if not text.strip():
            return None
        metadata: dict[str, Any] = json.loads(text)["metadata"]
        labels: dict[str, str] = metadata.get("labels") or {}
        if labels.get(_OWNER) == props["owner"]:
            return None
        if _OWNER in labels:
            return f"the stack {labels[_OWNER]}"
        return labels.get("app.kubernetes.io/managed-by", "somebody else")


def _in(entry: dict[str, str]) -> tuple[str, ...]:
    return ("--namespace", entry["namespace"]) if entry.get("namespace") else ()


def _refusal(entry: dict[str, str], owner: str, stack: str) -> str:
    place = " ".join(_in(entry))
    kind, name = entry["kind"], entry["name"]
    command = " ".join(f"kubectl label {kind} {name} {place} --overwrite {_OWNER}={stack}".split())
    return (
        f"refused: the {kind} {name}{' in ' + entry['namespace'] if place else ''} is there "
        f"already, and made by {owner}. Name yours otherwise; or, to let this stack take it over "
        f"and remove it in the end: {command}"
    )


class Ownership(Resource, module="slipway", name="Ownership"):
    """A claim on objects, each given by `kind`, `name` and, unless it has none, `namespace`."""

    def __init__(
        self,
        name: str,
        *,
        objects: list[dict[str, str]],
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
