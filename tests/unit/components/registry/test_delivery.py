"""Delivery of an image: the registry has it, and every node gets it from there."""

import pytest

from components.machine import labels
from components.machine.runner import LocalError
from components.registry import delivery, push
from components.registry.delivery import DeliveryProvider
from components.registry.login import Login
from tests.unit.components.doubles.docker import Container
from tests.unit.components.doubles.machine import Machine

_DIGEST, _OTHER_DIGEST = "sha256:" + 64 * "1", "sha256:" + 64 * "2"
_REFERENCE = f"localhost:5001/web@{_DIGEST}"
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
        container = Container(labels={labels.CLUSTER: "shop", labels.ROLE: role})
        machine.engine.containers[name] = container

    def has(reference: str, login: Login | None = None) -> bool:
        return reference in images or bool(machine.engine.pushed and _DIGEST in reference)

    for module in (delivery, push):
        monkeypatch.setattr(module, "registry_has", has)
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


def test_every_node_that_may_run_pods_requests_the_image(
    provider: DeliveryProvider, machine: Machine
) -> None:
    provider.create(_PROPS)

    requests = {name: c.files.get("asked for") for name, c in machine.engine.containers.items()}
    url = f"http://shop-registry:5000/v2/web/manifests/{_DIGEST}"
    assert requests == {"a": None, "b": url, "c": None}


def test_a_node_that_cannot_get_the_image_is_named(
    provider: DeliveryProvider, machine: Machine
) -> None:
    machine.broken["docker exec b curl"] = "curl: (6) Could not resolve host: shop-registry"

    with pytest.raises(
        LocalError, match=rf"(?s)the node b cannot get .*web@{_DIGEST}.*resolve host"
    ):
        provider.create(_PROPS)


_ELSEWHERE = {**_PROPS, "image": "", "reference": f"docker.io/owner/web@{_OTHER_DIGEST}"}


def test_an_image_of_another_registry_is_pulled_by_every_node_that_may_run_pods(
    provider: DeliveryProvider, machine: Machine
) -> None:
    provider.create(_ELSEWHERE)

    (pulled,) = machine.ran("docker exec")
    assert pulled.startswith("docker exec b ctr --namespace=k8s.io images pull")
    assert pulled.endswith(f" docker.io/owner/web@{_OTHER_DIGEST}")
    assert provider.diff("", _ELSEWHERE, _ELSEWHERE).changes is False


def test_a_node_that_cannot_pull_from_another_registry_is_named_with_what_it_may_lack(
    provider: DeliveryProvider, machine: Machine
) -> None:
    machine.broken["docker exec b ctr"] = "x509: certificate signed by unknown authority"

    with pytest.raises(LocalError, match=r"(?s)the node b cannot pull .*x509.*trust in its cert"):
        provider.create(_ELSEWHERE)


def test_an_image_that_this_stack_did_not_build_is_not_pushed_again(
    provider: DeliveryProvider, machine: Machine, images: set[str]
) -> None:
    images.clear()

    with pytest.raises(LocalError, match=r"this stack did not build it\n  next: push it again"):
        provider.create({**_PROPS, "image": ""})
    assert machine.engine.pushed == []


def test_an_image_that_this_machine_lost_too_is_an_error_with_the_command_that_rebuilds_it(
    provider: DeliveryProvider, machine: Machine, images: set[str]
) -> None:
    images.clear()
    machine.broken["docker push"] = "An image does not exist locally with the tag"

    with pytest.raises(LocalError, match=r"(?s)lost .*does not exist locally.*pulumi up --replace"):
        provider.create(_PROPS)


def test_a_push_of_another_image_under_the_tag_is_an_error(
    provider: DeliveryProvider, machine: Machine
) -> None:
    other = {**_PROPS, "reference": f"localhost:5001/web@{_OTHER_DIGEST}"}

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
    new = {**_PROPS, "reference": f"localhost:5001/web@{_OTHER_DIGEST}"}

    assert provider.diff("", _PROPS, new).changes is True
