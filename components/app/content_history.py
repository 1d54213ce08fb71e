"""ContentHistory: the files and secrets of an application's last healthy versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from ..dynamic import DynamicProvider, Inputs, Properties, without
from ..k8s.access import ClusterAccess
from ..k8s.kubectl import kubectl
from ..machine.runner import UP_AGAIN, CommandError, LocalError
from ..names import LABEL

_KEPT = 5
"""Number of versions: a Deployment keeps as many revisions, to which it can return."""


class _Inputs(Inputs):
    application: str
    namespace: str
    stack: str
    names: list[str]
    kubeconfig: str
    healthy: list[list[str]] | None = None
    """Names of each of the last healthy versions, the newest first."""


class ContentHistoryProvider(DynamicProvider[_Inputs]):
    """Remembers what a rollout that succeeded named, and deletes what none of the last named.

    Runs after the rollout: what a failed one brought is deleted by the next that succeeds.
    """

    inputs = _Inputs
    outputs = frozenset({"healthy"})

    def identify(self, news: _Inputs) -> str:
        return f"{news.application}-content"

    def compared(self, properties: Properties) -> Properties:
        return without(super().compared(properties), "kubeconfig")

    def is_current(self, news: _Inputs, olds: _Inputs) -> bool:
        # `remove` has what the state keeps: credentials of an earlier day would no longer do.
        return pulumi.contains_unknowns(news.kubeconfig) or news.kubeconfig == olds.kubeconfig

    def ensure(self, news: _Inputs, olds: _Inputs | None) -> Properties:
        before = olds.healthy or [] if olds else []
        healthy = [news.names, *(names for names in before if names != news.names)][:_KEPT]
        self._delete_all(news, but={name for names in healthy for name in names})
        return {"healthy": healthy}

    def remove(self, olds: _Inputs) -> None:
        """Delete all that the application has left: its pods are deleted, too."""
        self._delete_all(olds, but=set())

    def _delete_all(self, content: _Inputs, but: set[str]) -> None:
        namespace = f"--namespace={content.namespace}"
        selector = f"app.kubernetes.io/name={content.application},{LABEL}/stack={content.stack}"
        try:
            existing = kubectl(
                self.runner,
                content.kubeconfig,
                *("get", "configmaps,secrets", namespace, f"--selector={selector}"),
                "--output=name",
            ).split()
            if old := [name for name in existing if name not in but]:
                delete = ("delete", "--ignore-not-found", namespace, *old)
                kubectl(self.runner, content.kubeconfig, *delete)
        except CommandError as error:
            raise LocalError(
                f"the files and secrets of earlier versions of {content.application} cannot be "
                "deleted; the application itself is up to date",
                details=error,
                next_step=UP_AGAIN,
            ) from None


@dataclass(frozen=True)
class ContentHistoryArgs:
    """An application, and what its deployed version names."""

    application: str
    namespace: str
    stack: str
    """Owner, as the label of the objects has it."""

    names: Sequence[pulumi.Input[str]]
    """ConfigMaps and Secrets: `configmap/name` and `secret/name`."""


class ContentHistory(Resource, module="slipway", name="ContentHistory"):
    """Keeps the ConfigMaps and Secrets of the last five healthy versions of an application."""

    def __init__(
        self,
        name: str,
        args: ContentHistoryArgs,
        *,
        cluster: ClusterAccess,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "application": args.application,
            "namespace": args.namespace,
            "stack": args.stack,
            "names": list(args.names),
            "kubeconfig": pulumi.Output.secret(cluster.kubeconfig),
            "healthy": None,
        }
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        super().__init__(
            ContentHistoryProvider(), name, inputs, pulumi.ResourceOptions.merge(opts, secret)
        )
