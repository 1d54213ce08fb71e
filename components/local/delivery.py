"""Delivery: an image that the registry has and every node can get from there."""

import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource, UpdateResult

from . import labels
from .engine import inspect_all, require_engine
from .provider import LocalProvider, Properties, without_provider
from .runner import CommandError, LocalError, Runner

_PUSH_SECONDS = 600
_ACCEPTED = ", ".join(
    (
        "application/vnd.docker.distribution.manifest.v2+json",
        "application/vnd.docker.distribution.manifest.list.v2+json",
        "application/vnd.oci.image.manifest.v1+json",
        "application/vnd.oci.image.index.v1+json",
    )
)
_REGISTRY_PORT = 5000


def registry_has(reference: str) -> bool:
    """Whether the local registry has the image `host:port/name@sha256:…`.

    It is asked as a node would ask it: https://distribution.github.io/distribution/spec/api.
    Raises LocalError when it does not answer within 5 s.
    """
    host, _, path = reference.partition("/")
    name, _, digest = path.partition("@")
    url = f"http://{host}/v2/{name}/manifests/{digest}"
    question = urllib.request.Request(url, method="HEAD", headers={"Accept": _ACCEPTED})
    try:
        with urllib.request.urlopen(question, timeout=5):
            return True
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return False
        raise LocalError(f"the registry answers {error.code} for {reference}") from None
    except OSError as error:
        raise LocalError(f"the registry at {host} does not answer: {error}") from None


class DeliveryProvider(LocalProvider):
    """Pushes again what the registry lost; `diff` asks it at every run."""

    runner = Runner()

    def create(self, props: Properties) -> CreateResult:
        self._deliver(props)
        return CreateResult(f"{props['cluster']}-{props['image']}", without_provider(props))

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        changed = without_provider(_olds) != without_provider(_news)
        return DiffResult(changes=changed or self._is_lost(_news["reference"]))

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        self._deliver(_news)
        return UpdateResult(without_provider(_news))

    def _is_lost(self, reference: str) -> bool:
        try:
            return not registry_has(reference)
        except LocalError:
            return True  # it is stopped; the update runs once the endpoint has started it

    def _deliver(self, props: Properties) -> None:
        require_engine(self.runner)
        reference = props["reference"]
        if not registry_has(reference):
            self._push(props["image"], reference)
        nodes = inspect_all(self.runner, f"{labels.CLUSTER}={props['cluster']}")
        kubelets = [
            str(node["Name"]).lstrip("/")
            for node in nodes
            if node["Config"]["Labels"].get(labels.ROLE) in ("control-plane", "worker")
        ]
        with ThreadPoolExecutor() as pool:
            asked = [
                pool.submit(self._ask_from, node, props["registryContainer"], reference)
                for node in kubelets
            ]
        for answer in asked:
            answer.result()

    def _push(self, image: str, reference: str) -> None:
        digest = reference.partition("@")[2]
        try:
            # By the tag: what was pushed by its digest could not be pulled by it otherwise.
            self.runner.run("docker", "push", "--quiet", image, timeout=_PUSH_SECONDS)
        except CommandError as error:
            raise LocalError(
                f"the registry lost {reference}, and it cannot be pushed again: {error}\n{_AGAIN}"
            ) from None
        if not registry_has(reference):
            raise LocalError(
                f"the registry lost {reference}, and this machine has another image as {image} "
                f"now, so that pushing it again did not bring {digest} back\n{_AGAIN}"
            )

    def _ask_from(self, node: str, registry: str, reference: str) -> None:
        name, _, digest = reference.partition("/")[2].partition("@")
        url = f"http://{registry}:{_REGISTRY_PORT}/v2/{name}/manifests/{digest}"
        accept = f"Accept: {_ACCEPTED}"
        ask = ("curl", "--silent", "--show-error", "--fail", "--head", "--max-time", "5")
        try:
            self.runner.run("docker", "exec", node, *ask, "--header", accept, url)
        except CommandError as error:
            raise LocalError(
                f"the node {node} cannot get {reference} from the registry: {error}\n"
                "`docker network inspect` of the cluster's network should list both; the next "
                "`pulumi up` connects them anew"
            ) from None


_AGAIN = "`pulumi up --replace '**-build'` builds and pushes it anew"


class Delivery(Resource, module="slipway", name="Delivery"):
    """An image's way to the nodes. Inputs: image, reference, cluster, registryContainer.

    `image` is the tag that was pushed, `reference` the `repository@digest` that pods name.
    """

    def __init__(
        self,
        name: str,
        inputs: dict[str, pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__(DeliveryProvider(), name, inputs, opts)
