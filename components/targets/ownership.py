"""Ownership: objects that a stack is about to create, and that no other owner has.

Server-side apply never reports that an object exists: two stacks would share it, and destroying
one would delete what the other serves from.
"""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from pulumi.dynamic import CheckFailure, Resource

from ..dynamic import DynamicProvider, Inputs, Preflight, Properties, without
from ..k8s.access import ClusterAccess
from ..k8s.facts import context_of
from ..k8s.kubectl import kubectl
from ..k8s.objects import Manifest
from ..machine.runner import CommandError
from ..names import LABEL

_ANSWER_SECONDS = 10
_OWNER = f"{LABEL}/stack"
_UNKNOWN_KIND = re.compile(r'no matches for kind "([^"]+)" in version "([^"]+)"')


class _Object(Inputs):
    """An object by its names; `namespace` is None for one without."""

    api_version: str
    kind: str
    name: str
    namespace: str | None = None

    @property
    def manifest(self) -> Manifest:
        place = {"namespace": self.namespace} if self.namespace else {}
        metadata = {"name": self.name, **place}
        return {"apiVersion": self.api_version, "kind": self.kind, "metadata": metadata}


class _Inputs(Inputs):
    objects: list[_Object]
    owner: str
    kubeconfig: str
    uid: str


class OwnershipProvider(DynamicProvider[_Inputs]):
    """Refuses objects of other owners in `preflight`, which runs in previews too.

    Only for objects that the stack did not claim before: those have its label by now. A cluster
    whose kubeconfig is not known yet is created or started by `up`, which then checks again.
    """

    inputs = _Inputs

    def preflight(self, olds: _Inputs | None, news: _Inputs) -> Preflight:
        if pulumi.contains_unknowns(news.kubeconfig):
            return Preflight()
        claimed = olds.objects if olds and olds.uid == news.uid else []
        new = [each for each in news.objects if each not in claimed]
        try:
            existing = self._existing(new, news.kubeconfig) if new else []
        except CommandError as error:
            return Preflight(failures=[CheckFailure("objects", _unanswered(error))])
        failures = [
            CheckFailure("objects", _refusal(each, labels, news))
            for each in new
            if (labels := _labels(each, existing)) is not None and labels.get(_OWNER) != news.owner
        ]
        return Preflight(failures=failures)

    def identify(self, news: _Inputs) -> str:
        return f"{news.owner}-objects"

    def compared(self, properties: Properties) -> Properties:
        # The UID identifies the cluster; the kubeconfig is only the way there.
        return without(properties, "kubeconfig")

    def _existing(self, objects: Sequence[_Object], kubeconfig: str) -> list[Manifest]:
        """Return those of the objects that exist, by one request for all."""
        items = [each.manifest for each in objects]
        text = kubectl(
            self.runner,
            kubeconfig,
            *("get", "--filename=-", "--ignore-not-found", "--output=json"),
            stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}),
            seconds=_ANSWER_SECONDS,
        )
        answer: Manifest = json.loads(text) if text.strip() else {"items": []}
        return answer.get("items", [answer])


def _labels(wanted: _Object, existing: Sequence[Manifest]) -> dict[str, str] | None:
    """Return the labels of an object; None if it is not among those that exist."""
    for manifest in existing:
        metadata = manifest["metadata"]
        if (manifest["kind"], metadata["name"]) == (wanted.kind, wanted.name):
            return metadata.get("labels") or {}
    return None


def _owner(labels: Mapping[str, str]) -> str:
    if _OWNER in labels:
        return f"is owned by the stack {labels[_OWNER]}"
    if manager := labels.get("app.kubernetes.io/managed-by"):
        return f"is managed by {manager}"
    return "is not owned by this stack"


def _refusal(existing: _Object, labels: Mapping[str, str], news: _Inputs) -> str:
    group, _, _ = existing.api_version.rpartition("/")
    kind = existing.kind.lower()
    place = f"--namespace {existing.namespace} " if existing.namespace else ""
    # The user's current context may be another cluster's.
    command = (
        f"kubectl --context {shlex.quote(context_of(news.kubeconfig))} label "
        f"{kind}{group and '.' + group} {existing.name} {place}"
        f"--overwrite {_OWNER}={news.owner}"
    )
    within = f" in {existing.namespace}" if existing.namespace else ""
    return (
        f"refused: the {kind} {existing.name}{within} already exists and {_owner(labels)}. Choose "
        f"another name; or, to let this stack take it over and delete it on destroy: {command}"
    )


def _unanswered(error: CommandError) -> str:
    if kind := _UNKNOWN_KIND.search(error.output):
        return (
            f"the cluster has no kind {kind[1]} of {kind[2]}: install what defines it first, or "
            "set `expose.type` of the target to another type"
        )
    return f"the cluster does not answer which of the stack's objects exist: {error}"


class Ownership(Resource, module="slipway", name="Ownership"):
    """A claim on the objects of `manifests`, which no other owner may have."""

    def __init__(
        self,
        name: str,
        manifests: Sequence[Manifest],
        *,
        owner: str,
        cluster: ClusterAccess,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "objects": [_entry(manifest) for manifest in manifests],
            "owner": owner,
            "kubeconfig": pulumi.Output.secret(cluster.kubeconfig),
            "uid": cluster.uid,
        }
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        super().__init__(
            OwnershipProvider(), name, inputs, pulumi.ResourceOptions.merge(opts, secret)
        )


def _entry(manifest: Manifest) -> dict[str, str]:
    metadata = manifest["metadata"]
    place = {"namespace": metadata["namespace"]} if "namespace" in metadata else {}
    kind = {"apiVersion": manifest["apiVersion"], "kind": manifest["kind"]}
    return {**kind, "name": metadata["name"], **place}
