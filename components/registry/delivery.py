"""Delivery: an image that the registry has and every node can get from there."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from ..dynamic import DynamicProvider, Inputs, Properties
from ..machine.docker import require_engine
from ..machine.runner import CommandError, LocalError
from . import Registry
from .client import ACCEPTED
from .node_access import CURL, NETWORK_FIX, registry_url
from .node_pull import pull_on_node
from .pod_nodes import pod_nodes
from .push import push_again, registry_has
from .reference import ImageReference


class DeliveryInputs(Inputs):
    """Inputs of Delivery."""

    image: str
    reference: str
    cluster: str
    registry_container: str
    registry_host: str

    @property
    def is_in_own_registry(self) -> bool:
        """Whether the image is in the stack's own registry."""
        return self.reference.startswith(f"{self.registry_host}/")


class DeliveryProvider(DynamicProvider[DeliveryInputs]):
    """Pushes what the stack's registry lost; `diff` asks it at every run.

    Then each node that may run pods shows that it gets the image: it asks the stack's own
    registry for it, and pulls from a registry of others.
    """

    inputs = DeliveryInputs

    def identify(self, news: DeliveryInputs) -> str:
        return f"{news.cluster}-{news.image}"

    def ensure(self, news: DeliveryInputs, olds: DeliveryInputs | None) -> Properties:
        del olds
        require_engine(self.runner)
        if news.is_in_own_registry:
            self._push_lost(news)
            self._on_every_node(self._request_manifest, news)
        else:
            self._on_every_node(self._pull, news)
        return {}

    def is_current(self, news: DeliveryInputs, olds: DeliveryInputs) -> bool:
        del olds
        if not news.is_in_own_registry:
            return True
        try:
            return registry_has(news.reference)
        except LocalError:
            return False  # it is stopped; the update runs once the endpoint has started it

    def _push_lost(self, news: DeliveryInputs) -> None:
        if registry_has(news.reference):
            return
        if not news.image:
            raise LocalError(
                f"the registry no longer has {news.reference}, and this stack did not build it",
                next_step="push it again, or set `reference` of the image to another",
            )
        push_again(self.runner, news.image, news.reference)

    def _on_every_node(
        self, work: Callable[[str, DeliveryInputs], None], news: DeliveryInputs
    ) -> None:
        with ThreadPoolExecutor() as pool:
            results = [
                pool.submit(work, node, news) for node in pod_nodes(self.runner, news.cluster)
            ]
        for result in results:
            result.result()

    def _request_manifest(self, node: str, news: DeliveryInputs) -> None:
        image = ImageReference.parse(news.reference)
        path = f"v2/{image.repository}/manifests/{image.version}"
        request = (*CURL, "--head", "--header", f"Accept: {ACCEPTED}")
        url = f"{registry_url(news.registry_container)}/{path}"
        try:
            self.runner.run("docker", "exec", node, *request, url)
        except CommandError as error:
            raise LocalError(
                f"the node {node} cannot get {news.reference} from the registry",
                details=error,
                next_step=NETWORK_FIX,
            ) from None

    def _pull(self, node: str, news: DeliveryInputs) -> None:
        try:
            pull_on_node(self.runner, node, news.reference)
        except CommandError as error:
            raise LocalError(
                f"the node {node} cannot pull {news.reference}, and this machine can",
                details=error,
                next_step="give the nodes what they lack: a way to the registry, a login, or trust "
                "in its certificate",
            ) from None


class Delivery(Resource, module="slipway", name="Delivery"):
    """The image `reference` (`repository@digest`), which the nodes of `cluster` can get.

    `image` is the tag that was pushed; none for an image that the stack did not build.
    """

    def __init__(
        self,
        name: str,
        *,
        image: pulumi.Input[str] | None,
        reference: pulumi.Input[str],
        cluster: str,
        registry: Registry,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "image": image or "",
            "reference": reference,
            "cluster": cluster,
            "registryContainer": registry.container_name,
            "registryHost": registry.host,
        }
        super().__init__(DeliveryProvider(), name, inputs, opts)
