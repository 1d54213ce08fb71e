"""RegistryEndpoint: a registry that answers."""

import time
import urllib.error

import pulumi
from pulumi.dynamic import Resource

from ..dynamic import DynamicProvider, Inputs, Properties
from ..machine.docker import inspect
from ..machine.proxies import opener
from ..machine.runner import LocalError

_PATIENCE_SECONDS = 20


def answers(address: str) -> bool:
    """Return whether a registry answers at `address` (host:port) within a second."""
    try:
        url = f"http://{address}/v2/"
        with opener(url).open(url, timeout=1) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False


class RegistryEndpointInputs(Inputs):
    """Inputs of RegistryEndpoint."""

    address: str
    container: str


class RegistryEndpointProvider(DynamicProvider[RegistryEndpointInputs]):
    """Starts the registry's container where it was stopped, and waits until it answers."""

    inputs = RegistryEndpointInputs

    def identify(self, news: RegistryEndpointInputs) -> str:
        return news.address

    def ensure(
        self, news: RegistryEndpointInputs, olds: RegistryEndpointInputs | None
    ) -> Properties:
        del olds
        if not answers(news.address):
            self._start(news.container)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not answers(news.address):
            if time.monotonic() > deadline:
                log = self.runner.run("docker", "logs", "--tail", "5", news.container)
                raise LocalError(
                    f"the registry does not answer at {news.address} after {_PATIENCE_SECONDS} s; "
                    "its last lines:",
                    details=log,
                )
            time.sleep(0.1)
        return {}

    def is_current(self, news: RegistryEndpointInputs, olds: RegistryEndpointInputs) -> bool:
        del olds
        return answers(news.address)

    def _start(self, container: str) -> None:
        self._leave_lost_networks(container)
        try:
            self.runner.run("docker", "start", container)
        except LocalError as error:
            raise LocalError(
                "the registry's container cannot be started",
                details=error,
                next_step="if it was removed by hand: `pulumi refresh`, then `pulumi up`, which "
                "recreates it",
            ) from None

    def _leave_lost_networks(self, container: str) -> None:
        """Take the container off removed networks, with which it would never start."""
        shown = inspect(self.runner, "container", container)
        if shown is None:
            return
        for name, network in shown["NetworkSettings"]["Networks"].items():
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
