"""NodePulls: that the nodes of a cluster can pull an image, tried before pods depend on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from ..dynamic import DynamicProvider, Inputs, Properties, without
from ..k8s.access import ClusterAccess
from ..machine.runner import CommandError
from .images import PulledImage
from .pull_trial import Pull, PullTrial


class _Inputs(Inputs):
    image: str
    namespace: str
    pull_secrets: tuple[str, ...]
    labels: Mapping[str, str]
    kubeconfig: str = ""
    uid: str
    # The state of an earlier version has neither.
    trial: str = ""
    """Name of the trial among those of the stack: others run at the same time."""
    platform: str = ""


class NodePullsProvider(DynamicProvider[_Inputs]):
    """Lets every node that may run pods pull the image, and deletes the pods that did it."""

    inputs = _Inputs
    secret_inputs = frozenset({"kubeconfig"})

    def identify(self, news: _Inputs) -> str:
        return f"{news.namespace}-{news.trial}"

    def compared(self, properties: Properties) -> Properties:
        # Facts about the trial, not about the image.
        return without(super().compared(properties), "trial", "platform")

    def ensure(self, news: _Inputs, olds: _Inputs | None) -> Properties:
        pull = Pull(
            image=news.image,
            platform=news.platform,
            namespace=news.namespace,
            pull_secrets=news.pull_secrets,
            labels=news.labels,
            trial=news.trial,
        )
        trial = PullTrial(self.runner, news.kubeconfig, pull)
        try:
            with trial.on(trial.nodes()) as nodes:
                trial.wait(nodes)
        except CommandError as error:
            # What this account may not do is no reason to stop: the rollout will show it.
            print(f"whether the nodes can pull {news.image} was not tried: {error}")
        return {}


@dataclass(frozen=True)
class NodePullsArgs:
    """The image that nodes pull, and the namespace that they pull it for."""

    image: PulledImage
    namespace: str
    pull_secrets: Sequence[str]
    """Secrets of the namespace with which its pods pull."""

    labels: Mapping[str, str]
    """Labels of the pods that pull."""


class NodePulls(Resource, module="slipway", name="NodePulls"):
    """A trial pull of an image on the nodes of a cluster."""

    def __init__(
        self,
        name: str,
        args: NodePullsArgs,
        *,
        cluster: ClusterAccess,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "image": args.image.reference,
            "platform": args.image.platform,
            "trial": name,
            "namespace": args.namespace,
            "pullSecrets": list(args.pull_secrets),
            "labels": dict(args.labels),
            "kubeconfig": pulumi.Output.secret(cluster.kubeconfig),
            "uid": cluster.uid,
        }
        super().__init__(NodePullsProvider(), name, inputs, opts)
