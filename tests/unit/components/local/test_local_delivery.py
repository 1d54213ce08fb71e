"""An image's way to the nodes: the registry has it, and every node gets it from there."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from components.local import delivery, labels
from components.local.delivery import DeliveryProvider, registry_has
from components.local.runner import LocalError
from tests.unit.components.local.engine_double import Container
from tests.unit.components.local.machine import Machine

_REFERENCE = "localhost:5001/web@sha256:1"
_PROPS = {
    "image": "localhost:5001/web:dev",
    "reference": _REFERENCE,
    "cluster": "shop",
    "registryContainer": "shop-registry",
    "registryHost": "localhost:5001",
    "__provider": "pickle",
}
_NODES = {"a": "control-plane", "b": "worker", "c": "external-load-balancer"}


@pytest.fixture
def images() -> set[str]:
    """What the registry has."""
    return {_REFERENCE}


@pytest.fixture
def provider(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, images: set[str]
) -> DeliveryProvider:
    """Beside a cluster, and a registry that gets what is pushed."""
    for name, role in _NODES.items():
        marks = {labels.CLUSTER: "shop", labels.ROLE: role}
        machine.engine.containers[name] = Container(labels=marks)

    def has(reference: str) -> bool:
        return reference in images or bool(machine.engine.pushed and "sha256:1" in reference)

    monkeypatch.setattr(delivery, "registry_has", has)
    provider = DeliveryProvider()
    provider.runner = machine.runner()
    return provider


def test_what_the_registry_has_is_not_pushed_again(
    provider: DeliveryProvider, machine: Machine
) -> None:
    outs = provider.create(_PROPS).outs

    assert outs == {key: value for key, value in _PROPS.items() if key != "__provider"}
    assert machine.engine.pushed == []


def test_what_the_registry_lost_is_a_change_and_pushed_by_its_tag(
    provider: DeliveryProvider, machine: Machine, images: set[str]
) -> None:
    images.clear()
    assert provider.diff("", _PROPS, _PROPS).changes is True

    provider.update("", _PROPS, _PROPS)

    assert machine.engine.pushed == ["localhost:5001/web:dev"]
    assert provider.diff("", _PROPS, _PROPS).changes is False


def test_every_node_that_may_run_pods_is_asked_whether_it_gets_the_image(
    provider: DeliveryProvider, machine: Machine
) -> None:
    provider.create(_PROPS)

    asked = {name: c.files.get("asked for") for name, c in machine.engine.containers.items()}
    url = "http://shop-registry:5000/v2/web/manifests/sha256:1"
    assert asked == {"a": None, "b": url, "c": None}


def test_a_node_that_cannot_get_the_image_is_named(
    provider: DeliveryProvider, machine: Machine
) -> None:
    machine.broken["docker exec b curl"] = "curl: (6) Could not resolve host: shop-registry"

    with pytest.raises(LocalError, match=r"(?s)the node b cannot get .*web@sha256:1.*resolve host"):
        provider.create(_PROPS)


_FOREIGN = {**_PROPS, "image": "", "reference": "docker.io/owner/web@sha256:9"}


def test_an_image_of_a_foreign_registry_is_pulled_by_every_node_that_may_run_pods(
    provider: DeliveryProvider, machine: Machine
) -> None:
    provider.create(_FOREIGN)

    assert machine.ran("docker exec") == ["docker exec b crictl pull docker.io/owner/web@sha256:9"]
    assert provider.diff("", _FOREIGN, _FOREIGN).changes is False


def test_a_node_that_cannot_pull_a_foreign_image_is_told_with_what_it_may_lack(
    provider: DeliveryProvider, machine: Machine
) -> None:
    machine.broken["docker exec b crictl"] = "x509: certificate signed by unknown authority"

    with pytest.raises(LocalError, match=r"(?s)the node b cannot pull .*x509.*trust in its cert"):
        provider.create(_FOREIGN)


def test_what_this_stack_did_not_build_it_cannot_push_again(
    provider: DeliveryProvider, machine: Machine, images: set[str]
) -> None:
    images.clear()

    with pytest.raises(LocalError, match=r"this stack did not build it: push it again"):
        provider.create({**_PROPS, "image": ""})
    assert machine.engine.pushed == []


def test_an_image_that_this_machine_lost_too_is_an_error_with_the_way_out(
    provider: DeliveryProvider, machine: Machine, images: set[str]
) -> None:
    images.clear()
    machine.broken["docker push"] = "An image does not exist locally with the tag"

    with pytest.raises(LocalError, match=r"(?s)lost .*does not exist locally.*pulumi up --replace"):
        provider.create(_PROPS)


def test_a_push_of_another_image_under_the_tag_is_told(
    provider: DeliveryProvider, machine: Machine
) -> None:
    other = {**_PROPS, "reference": "localhost:5001/web@sha256:2"}

    with pytest.raises(LocalError, match=r"has another image as localhost:5001/web:dev"):
        provider.create(other)

    assert machine.engine.pushed == ["localhost:5001/web:dev"]


def test_a_registry_that_is_stopped_is_a_change_and_no_error(
    provider: DeliveryProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_: str) -> bool:
        raise LocalError("the registry does not answer")

    monkeypatch.setattr(delivery, "registry_has", silent)

    assert provider.diff("", _PROPS, _PROPS).changes is True


def test_a_new_digest_is_a_change(provider: DeliveryProvider) -> None:
    new = {**_PROPS, "reference": "localhost:5001/web@sha256:2"}

    assert provider.diff("", _PROPS, new).changes is True


@pytest.fixture
def registry() -> Iterator[str]:
    """The address of a server that answers `/v2/<code>/manifests/<digest>` with the code."""

    class Registry(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            known = "vnd.oci.image.manifest.v1+json" in self.headers["Accept"]
            self.send_response(int(self.path.split("/")[2]) if known else 404)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Registry) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("code", "has"), [(200, True), (404, False)])
def test_a_registry_says_whether_it_has_an_image(registry: str, code: int, has: bool) -> None:
    assert registry_has(f"{registry}/{code}@sha256:1") is has


def test_a_registry_in_trouble_is_no_answer(registry: str) -> None:
    with pytest.raises(LocalError, match=r"the registry 127.* answers HTTP 500 for 500"):
        registry_has(f"{registry}/500@sha256:1")


def test_a_registry_that_is_not_there_is_told_with_its_address() -> None:
    with pytest.raises(LocalError, match=r"the registry 127\.0\.0\.1:1 does not answer"):
        registry_has("127.0.0.1:1/web@sha256:1")
