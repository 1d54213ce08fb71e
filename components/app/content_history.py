"""ContentHistory: the files and secrets of an application's last healthy versions."""

from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource, UpdateResult

from ..dynamic import LocalProvider, Properties, without
from ..k8s.kubectl import kubectl
from ..machine.runner import CommandError, LocalError, Runner
from ..names import LABEL

_KEPT = 5
"""As many as a Deployment keeps revisions, so that each of these finds its own."""


class ContentHistoryProvider(LocalProvider):
    """Remembers what a rollout that succeeded named, and removes what none of the last named.

    Runs after the rollout: what a failed one brought is removed by the next that succeeds.
    """

    runner = Runner()

    def create(self, props: Properties) -> CreateResult:
        return CreateResult(f"{props['application']}-content", self._kept(props, []))

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        ours = ("kubeconfig", "healthy")
        return DiffResult(changes=without(_olds, *ours) != without(_news, *ours))

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        return UpdateResult(self._kept(_news, _olds.get("healthy") or []))

    def delete(self, _id: str, _props: Properties) -> None:
        """Remove what the application has left: its pods go, too."""
        self._remove(_props, keep=set())

    def _kept(self, props: Properties, before: list[list[str]]) -> Properties:
        now: list[str] = props["names"]
        healthy = [now, *(names for names in before if names != now)][:_KEPT]
        self._remove(props, keep={name for names in healthy for name in names})
        return {**without(props), "healthy": healthy}

    def _remove(self, props: Properties, keep: set[str]) -> None:
        namespace = f"--namespace={props['namespace']}"
        selector = f"app.kubernetes.io/name={props['application']},{LABEL}/stack={props['stack']}"
        try:
            listed = kubectl(
                self.runner,
                props["kubeconfig"],
                *("get", "configmaps,secrets", namespace, f"--selector={selector}"),
                "--output=name",
            ).split()
            old = [name for name in listed if name not in keep]
            if old:
                delete = ("delete", "--ignore-not-found", namespace, *old)
                kubectl(self.runner, props["kubeconfig"], *delete)
        except CommandError as error:
            raise LocalError(
                f"the files and secrets of earlier versions of {props['application']} cannot be "
                f"cleared away; the application itself is as asked, and the next `pulumi up` "
                f"tries again: {error}"
            ) from None


class ContentHistory(Resource, module="slipway", name="ContentHistory"):
    """Keeps the ConfigMaps and Secrets of the last five healthy versions of an application.

    `names` are those of the version that is deployed, as `configmap/name` and `secret/name`.
    """

    def __init__(
        self,
        name: str,
        *,
        application: str,
        namespace: str,
        stack: str,
        names: list[pulumi.Input[str]],
        kubeconfig: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "application": application,
            "namespace": namespace,
            "stack": stack,
            "names": names,
            "kubeconfig": pulumi.Output.secret(kubeconfig),
            "healthy": None,
        }
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        super().__init__(
            ContentHistoryProvider(), name, inputs, pulumi.ResourceOptions.merge(opts, secret)
        )
