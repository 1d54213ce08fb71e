"""RegistryEndpoint: a registry that answers."""

import time
import urllib.error
import urllib.request

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource, UpdateResult

from ..dynamic import LocalProvider, Properties, without_provider
from ..machine.docker import inspect
from ..machine.runner import LocalError, Runner

_PATIENCE_SECONDS = 20


def answers(address: str) -> bool:
    """Whether a registry answers at `address` (host:port) within a second."""
    try:
        with urllib.request.urlopen(f"http://{address}/v2/", timeout=1) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


class RegistryEndpointProvider(LocalProvider):
    """Starts the registry's container where it was stopped, and waits until it answers."""

    runner = Runner()

    def create(self, props: Properties) -> CreateResult:
        self._ensure(props)
        return CreateResult(props["address"], without_provider(props))

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        changed = without_provider(_olds) != without_provider(_news)
        return DiffResult(changes=changed or not answers(_news["address"]))

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        self._ensure(_news)
        return UpdateResult(without_provider(_news))

    def _ensure(self, props: Properties) -> None:
        if not answers(props["address"]):
            self._start(props["container"])
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not answers(props["address"]):
            if time.monotonic() > deadline:
                log = self.runner.run("docker", "logs", "--tail", "5", props["container"])
                raise LocalError(
                    f"the registry does not answer at {props['address']} after "
                    f"{_PATIENCE_SECONDS} s; its last lines:\n{log}"
                )
            time.sleep(0.1)

    def _start(self, container: str) -> None:
        self._leave_lost_networks(container)
        try:
            self.runner.run("docker", "start", container)
        except LocalError as error:
            raise LocalError(
                f"the registry's container cannot be started ({error}); if it was removed by "
                "hand, `pulumi refresh` notices, and the next `pulumi up` makes it again"
            ) from None

    def _leave_lost_networks(self, container: str) -> None:
        """Take the container off networks that are gone, with which it would never start."""
        found = inspect(self.runner, "container", container)
        if found is None:
            return
        for name, network in found["NetworkSettings"]["Networks"].items():
            if inspect(self.runner, "network", network["NetworkID"]) is None:
                self.runner.run("docker", "network", "disconnect", "--force", name, container)


class RegistryEndpoint(Resource, module="slipway", name="RegistryEndpoint"):
    """The address of a registry; known to its dependents once the registry answers there."""

    address: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        address: pulumi.Input[str],
        container: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs = {"address": address, "container": container}
        super().__init__(RegistryEndpointProvider(), name, inputs, opts)
