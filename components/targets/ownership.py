"""Ownership: objects that a stack is about to create, and that no other owner has.

Server-side apply never reports that an object exists: two stacks would share it, and destroying
one would delete what the other serves from.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pulumi
from pulumi.dynamic import CheckFailure, Resource

from ..dynamic import DynamicProvider, Inputs, Preflight, Properties, without
from ..k8s.access import ClusterAccess
from ..k8s.facts import context_of
from ..k8s.kubectl import kubectl
from ..k8s.objects import Manifest
from ..machine.runner import CommandError
from .adoption import ClaimedObject, adopting_commands, refusal
from .owner import Owner, may_be_claimed

_ANSWER_SECONDS = 10
_UNKNOWN_KIND = re.compile(r'no matches for kind "([^"]+)" in version "([^"]+)"')


class _Inputs(Inputs):
    objects: list[ClaimedObject]
    owner: str
    """Name of the stack."""
    # The state of an earlier version has none.
    owner_id: str = ""
    kubeconfig: str
    uid: str


class OwnershipProvider(DynamicProvider[_Inputs]):
    """Refuses objects of other owners in `preflight`, which runs in previews too.

    Only for objects that the stack did not claim before: those have its label by now, or get it
    by this update. A cluster whose kubeconfig is not known yet is created or started by `up`,
    which then checks again.
    """

    inputs = _Inputs

    def preflight(self, olds: _Inputs | None, news: _Inputs) -> Preflight:
        if pulumi.contains_unknowns(news.kubeconfig):
            return Preflight()
        claimed = olds.objects if olds and olds.uid == news.uid else []
        new = [each for each in news.objects if each not in claimed]
        try:
            existing = dict(self._existing(new, news.kubeconfig)) if new else {}
        except CommandError as error:
            return Preflight(failures=[CheckFailure("objects", _unanswered(error))])
        refused = [
            (each, _labels(metadata))
            for each, metadata in existing.items()
            if not may_be_claimed(metadata, news.owner, news.owner_id)
        ]
        if not refused:
            return Preflight()
        commands = adopting_commands(
            [each for each, _ in refused], news.owner, context_of(news.kubeconfig)
        )
        return Preflight(failures=[CheckFailure("objects", refusal(refused, news.owner, commands))])

    def identify(self, news: _Inputs) -> str:
        return f"{news.owner}-objects"

    def compared(self, properties: Properties) -> Properties:
        # The UID identifies the cluster; the kubeconfig is only the way there.
        return without(properties, "kubeconfig")

    def _existing(
        self, objects: Sequence[ClaimedObject], kubeconfig: str
    ) -> Iterator[tuple[ClaimedObject, Manifest]]:
        """Yield those of the objects that exist with their metadata, by one request for all."""
        items = [each.manifest for each in objects]
        text = kubectl(
            self.runner,
            kubeconfig,
            *("get", "--filename=-", "--ignore-not-found", "--output=json"),
            stdin=json.dumps({"apiVersion": "v1", "kind": "List", "items": items}),
            seconds=_ANSWER_SECONDS,
        )
        answer: Manifest = json.loads(text) if text.strip() else {"items": []}
        found: dict[tuple[str, str], Manifest] = {
            (item["kind"], item["metadata"]["name"]): item["metadata"]
            for item in answer.get("items", [answer])
        }
        for each in objects:
            if (each.kind, each.name) in found:
                yield each, found[each.kind, each.name]


def _labels(metadata: Manifest) -> dict[str, str]:
    return metadata.get("labels") or {}


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
        owner: Owner,
        cluster: ClusterAccess,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "objects": [ClaimedObject.of(manifest).entry for manifest in manifests],
            "owner": owner.names.base,
            "ownerId": owner.id,
            "kubeconfig": pulumi.Output.secret(cluster.kubeconfig),
            "uid": cluster.uid,
        }
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        super().__init__(
            OwnershipProvider(), name, inputs, pulumi.ResourceOptions.merge(opts, secret)
        )
