"""Delivery: an image that the registry has and every node can get from there."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource, UpdateResult

from ..dynamic import LocalProvider, Properties, without_provider
from ..machine import labels
from ..machine.docker import inspect_all, require_engine
from ..machine.runner import CommandError, LocalError, Runner
from .client import ACCEPTED
from .push import push_again, registry_has

_PULL_SECONDS = 300
_REGISTRY_PORT = 5000


class DeliveryProvider(LocalProvider):
    """Pushes again what the registry lost; `diff` asks it at every run."""

    runner = Runner()

    def create(self, props: Properties) -> CreateResult:
        self._deliver(props)
        return CreateResult(f"{props['cluster']}-{props['image']}", without_provider(props))

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        changed = without_provider(_olds) != without_provider(_news)
        return DiffResult(changes=changed or (_is_ours(_news) and self._is_lost(_news)))

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        self._deliver(_news)
        return UpdateResult(without_provider(_news))

    def _is_lost(self, props: Properties) -> bool:
        try:
            return not registry_has(props["reference"])
        except LocalError:
            return True  # it is stopped; the update runs once the endpoint has started it

    def _deliver(self, props: Properties) -> None:
        require_engine(self.runner)
        reference, registry = props["reference"], props["registryContainer"]
        if _is_ours(props) and not registry_has(reference):
            self._push(props["image"], reference)
        with ThreadPoolExecutor() as pool:
            asked = [
                pool.submit(self._ask_from, node, registry, reference)
                if _is_ours(props)
                else pool.submit(self._pull_on, node, reference)
                for node in self._nodes(props["cluster"])
            ]
        for answer in asked:
            answer.result()

    def _nodes(self, cluster: str) -> list[str]:
        """The nodes that may run pods."""
        nodes = inspect_all(self.runner, f"{labels.CLUSTER}={cluster}")
        if not nodes:  # minikube's; it keeps none of them free of pods
            nodes = inspect_all(self.runner, labels.MINIKUBE, f"network={cluster}")
            return [str(node["Name"]).lstrip("/") for node in nodes]
        names = {
            role: [str(n["Name"]).lstrip("/") for n in nodes if _role(n) == role]
            for role in ("control-plane", "worker")
        }
        return names["worker"] or names["control-plane"]

    def _push(self, image: str, reference: str) -> None:
        if not image:
            raise LocalError(
                f"the registry has no {reference} any more, and this stack did not build it: push "
                "it again, or choose another by slipway:image"
            )
        push_again(self.runner, image, reference)

    def _ask_from(self, node: str, registry: str, reference: str) -> None:
        name, _, digest = reference.partition("/")[2].partition("@")
        url = f"http://{registry}:{_REGISTRY_PORT}/v2/{name}/manifests/{digest}"
        accept = f"Accept: {ACCEPTED}"
        ask = ("curl", "--silent", "--show-error", "--fail", "--head", "--max-time", "5")
        try:
            self.runner.run("docker", "exec", node, *ask, "--header", accept, url)
        except CommandError as error:
            raise LocalError(
                f"the node {node} cannot get {reference} from the registry: {error}\n"
                "`docker network inspect` of the cluster's network should list both; the next "
                "`pulumi up` connects them anew"
            ) from None

    def _pull_on(self, node: str, reference: str) -> None:
        """Pull an image of a foreign registry: what a node is asked for before pods need it."""
        try:
            ctr = ("ctr", "--namespace=k8s.io", "images", "pull")
            hosts = "--hosts-dir=/etc/containerd/certs.d"
            pull = ("docker", "exec", node, *ctr, hosts, reference)
            self.runner.run(*pull, timeout=_PULL_SECONDS)
        except CommandError as error:
            raise LocalError(
                f"the node {node} cannot pull {reference}: {error}\nthis machine can; what the "
                "nodes lack is a way to the registry, a login, or trust in its certificate"
            ) from None


def _is_ours(props: Properties) -> bool:
    """Whether the image is in the stack's own registry."""
    return str(props["reference"]).startswith(f"{props['registryHost']}/")


def _role(node: dict[str, Any]) -> str:
    return str(node["Config"]["Labels"].get(labels.ROLE))


class Delivery(Resource, module="slipway", name="Delivery"):
    """An image's way to the nodes. Inputs: image, reference, cluster, registryContainer and -Host.

    `image` is the tag that was pushed, empty for an image that was there already; `reference` the
    `repository@digest` that pods name.
    """

    def __init__(
        self,
        name: str,
        inputs: dict[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(DeliveryProvider(), name, inputs, opts)
