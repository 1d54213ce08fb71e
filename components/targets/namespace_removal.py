"""NamespaceRemoval: deletes a namespace with the stack, unless something in it must stay."""

import json
import os
import secrets
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from ..dynamic import DynamicProvider, Inputs, Properties, without
from ..k8s.access import ClusterAccess
from ..k8s.facts import context_of
from ..k8s.kubectl import kubectl
from ..k8s.objects import Manifest
from ..machine.runner import CommandError, LocalError
from .namespace_contents import KINDS, remains
from .owner import RELEASED, REMOVAL, Owner, is_owned

_UNDELETABLE = "default"
_DELETION_SECONDS = 600
_UNREACHABLE = "PULUMI_K8S_DELETE_UNREACHABLE"
"""Variable with which Pulumi's provider, too, forgets what is in a cluster that is gone."""


class _Inputs(Inputs):
    namespace: str
    stack: str
    owner_id: str | None = None
    kubeconfig: str
    uid: str
    token: str | None = None


class NamespaceRemovalProvider(DynamicProvider[_Inputs]):
    """Deletes a namespace in `remove`, after everything that depends on the resource."""

    inputs = _Inputs
    outputs = frozenset({"token"})

    def identify(self, news: _Inputs) -> str:
        return f"{news.namespace}-removal"

    def compared(self, properties: Properties) -> Properties:
        return without(super().compared(properties), "kubeconfig")

    def is_current(self, news: _Inputs, olds: _Inputs) -> bool:
        # `remove` has what the state keeps: credentials of an earlier day would no longer do.
        return pulumi.contains_unknowns(news.kubeconfig) or news.kubeconfig == olds.kubeconfig

    def ensure(self, news: _Inputs, olds: _Inputs | None) -> Properties:
        """Write on the namespace which resource deletes it.

        A forced replacement removes the old resource after the new one was created: the
        namespace is in use then.
        """
        token = (olds.token if olds else None) or secrets.token_hex(8)
        self._annotate(news, token)
        if olds and olds.uid != news.uid:
            print(
                f"the namespace {news.namespace} stays in the former cluster {olds.uid}; if that "
                f"still exists: {_deleting(olds)}",
                flush=True,
            )
        return {"token": token}

    def remove(self, olds: _Inputs) -> None:
        try:
            namespace = self._get(olds)
        except CommandError as error:
            if os.environ.get(_UNREACHABLE, "").lower() in ("1", "t", "true"):
                return
            raise _unanswered(olds, error) from None
        if namespace is None or not _is_newest(olds, namespace["metadata"]):
            return
        if not is_owned(_labels(namespace), olds.stack, olds.owner_id):
            print(f"the namespace {olds.namespace} is kept: it has another owner now", flush=True)
        elif olds.namespace == _UNDELETABLE:
            self._annotate(olds, RELEASED)
        elif reason := self._reason_to_stay(olds, namespace):
            # The state of the next stack of the same name has another id.
            self._annotate(olds, RELEASED)
            print(
                f"the namespace {olds.namespace} is kept: it has {reason}. The next `up` of a "
                f"stack of the same name uses it again; to delete all of it: {_deleting(olds)}",
                flush=True,
            )
        else:
            self._delete(olds)

    def _reason_to_stay(self, olds: _Inputs, namespace: Manifest) -> str:
        """Return what the namespace has that must stay; empty if nothing, or if it ends anyway."""
        if "deletionTimestamp" in namespace["metadata"]:
            return ""
        inside = f"--namespace={olds.namespace}"
        try:
            text = kubectl(self.runner, olds.kubeconfig, "get", KINDS, inside, "--output=json")
        except CommandError as error:
            if "orbidden" in error.output:
                return f"contents that this account may not list ({error.output.strip()})"
            raise _unanswered(olds, error) from None
        objects: list[Manifest] = json.loads(text)["items"]
        return str(remains(objects, olds.stack, olds.owner_id))

    def _annotate(self, properties: _Inputs, token: str) -> None:
        namespace = f"namespace/{properties.namespace}"
        arguments = ("annotate", "--overwrite", namespace, f"{REMOVAL}={token}")
        try:
            kubectl(self.runner, properties.kubeconfig, *arguments)
        except CommandError as error:
            raise LocalError(
                f"the namespace {properties.namespace} cannot get the annotation {REMOVAL}",
                details=error,
                next_step="run the same command again",
            ) from None

    def _delete(self, olds: _Inputs) -> None:
        wait = f"--timeout={_DELETION_SECONDS}s"
        arguments = ("delete", f"namespace/{olds.namespace}", "--ignore-not-found", wait)
        try:
            kubectl(self.runner, olds.kubeconfig, *arguments, seconds=_DELETION_SECONDS)
        except CommandError as error:
            raise LocalError(
                f"the namespace {olds.namespace} could not be deleted within "
                f"{_DELETION_SECONDS // 60} minutes",
                details=self._conditions(olds) or error,
                next_step=f"`kubectl --context {context_of(olds.kubeconfig)} describe namespace "
                f"{olds.namespace}` shows what holds it, such as a finalizer of a controller that "
                "does not run; then the same command again",
            ) from None

    def _conditions(self, olds: _Inputs) -> str:
        """Return what Kubernetes reports of a namespace that does not end."""
        try:
            namespace = self._get(olds) or {}
        except CommandError:
            return ""
        conditions = namespace.get("status", {}).get("conditions") or ()
        return "\n".join(f"  {each['message']}" for each in conditions if each["status"] == "True")

    def _get(self, properties: _Inputs) -> Manifest | None:
        wanted = ("get", f"namespace/{properties.namespace}", "--ignore-not-found")
        text = kubectl(self.runner, properties.kubeconfig, *wanted, "--output=json")
        return json.loads(text) if text.strip() else None


def _is_newest(removal: _Inputs, metadata: Manifest) -> bool:
    """Return whether no newer resource deletes the namespace."""
    annotations: Mapping[str, str] = metadata.get("annotations") or {}
    # A removal that was interrupted has released it already.
    return annotations.get(REMOVAL, removal.token) in (removal.token, RELEASED)


def _labels(namespace: Manifest) -> Mapping[str, str]:
    return namespace["metadata"].get("labels") or {}


def _unanswered(removal: _Inputs, error: CommandError) -> LocalError:
    return LocalError(
        f"the cluster does not answer whether its namespace {removal.namespace} is still used",
        details=error,
        next_step=f"if the cluster is gone for good, set {_UNREACHABLE}=true and run the same "
        "command again",
    )


def _deleting(properties: _Inputs) -> str:
    context = context_of(properties.kubeconfig)
    return f"kubectl --context {context} delete namespace {properties.namespace}"


class NamespaceRemoval(Resource, module="slipway", name="NamespaceRemoval"):
    """Deletes the namespace `namespace` after everything that depends on this resource.

    It is kept if it holds claims of volumes, or objects that the stack does not own.
    """

    def __init__(
        self,
        name: str,
        namespace: str,
        *,
        owner: Owner,
        cluster: ClusterAccess,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "namespace": namespace,
            "stack": owner.names.base,
            "ownerId": owner.id,
            "kubeconfig": pulumi.Output.secret(cluster.kubeconfig),
            "uid": cluster.uid,
            "token": None,
        }
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        super().__init__(
            NamespaceRemovalProvider(), name, inputs, pulumi.ResourceOptions.merge(opts, secret)
        )
