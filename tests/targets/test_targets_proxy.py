"""A kind cluster behind a company's proxy, which nothing of this machine is ever asked of."""

import json
from collections.abc import Callable, Iterator
from ipaddress import ip_network

import pytest

from tests.live.project import Project, docker_lines
from tests.live.traffic import ask_many, eventually
from tests.ports import free_port
from tests.vendor.forward_proxy import ForwardProxy

pytestmark = pytest.mark.live

_MIRRORED, _MIRROR = "images.example.test", "mirror.example.test"
_PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")


@pytest.fixture(scope="module")
def project(project_of: Callable[[int], Project]) -> Project:
    """One control plane that may become several, and a worker; not deployed yet."""
    made = project_of(1)
    made.settings["slipway:target"]["cluster"].update(
        ha="ready", mirrors={_MIRRORED: f"http://{_MIRROR}"}
    )
    made.save_settings()
    return made


@pytest.fixture(scope="module")
def proxy(project: Project) -> Iterator[ForwardProxy]:
    """A proxy that containers reach too; one name leads to the project's registry."""
    # Engines that were restarted may leave out the gateway, which is the first address.
    form = "{{(index .IPAM.Config 0).Subnet}}"
    (subnet,) = docker_lines("network", "inspect", "bridge", "--format", form)
    host = str(ip_network(subnet)[1])
    places = {_MIRROR: ("127.0.0.1", project.registry_port)}
    with ForwardProxy((host, free_port()), places) as started:
        yield started


@pytest.fixture(scope="module")
def behind(project: Project, proxy: ForwardProxy) -> Project:
    """The project deployed by a user whose NO_PROXY has nothing of this machine."""
    for name in (*_PROXIES, "NO_PROXY", "no_proxy"):
        project.environment.pop(name, None)
    project.environment |= dict.fromkeys(_PROXIES, proxy.url)
    project.command("up")
    return project


def test_the_application_is_deployed_and_answers(behind: Project, proxy: ForwardProxy) -> None:
    assert len(ask_many(behind.url, 20)) == 20
    assert proxy.refused == set()


def test_nodes_have_the_proxy_and_what_is_not_asked_of_it(
    behind: Project, proxy: ForwardProxy
) -> None:
    leader = _variables(f"{behind.name}-control-plane")

    assert leader["HTTP_PROXY"] == leader["https_proxy"] == proxy.url
    excepted = leader["NO_PROXY"].split(",")
    assert {"localhost", "127.0.0.1", f"{behind.name}-registry", "10.96.0.0/16"} <= {*excepted}
    assert f"{behind.name}-external-load-balancer" in excepted
    (subnet,) = docker_lines(
        "network", "inspect", behind.name, "--format={{(index .IPAM.Config 0).Subnet}}"
    )
    assert subnet in excepted


def test_a_node_that_is_added_is_as_those_of_kind(behind: Project, proxy: ForwardProxy) -> None:
    _set(behind, workers=2)
    behind.up()

    kinds, added = (f"{behind.name}-worker", f"{behind.name}-worker2")
    assert _variables(added) == _variables(kinds)
    assert _options(added) == _options(kinds)
    assert proxy.refused == set()
    behind.pulumi("preview", "--expect-no-changes")


def test_containerd_pulls_through_the_proxy_what_is_elsewhere_and_nothing_else(
    behind: Project, proxy: ForwardProxy
) -> None:
    added = f"{behind.name}-worker2"
    _give_variables_to_containerd(added)

    assert "Pulled" in _pull(behind, added, "far", f"{_MIRRORED}/hello-node:{behind.stack}")
    assert proxy.passed == {_MIRROR}
    own = f"localhost:{behind.registry_port}/hello-node:{behind.stack}"
    assert "Pulled" in _pull(behind, added, "near", own)
    assert proxy.refused == set()


def test_a_control_plane_that_is_added_is_as_that_of_kind(
    behind: Project, proxy: ForwardProxy
) -> None:
    _set(behind, controlPlanes=3)
    behind.up()

    kinds, added = (f"{behind.name}-control-plane", f"{behind.name}-control-plane3")
    assert _variables(added) == _variables(kinds)
    assert _options(added) == _options(kinds)
    assert len(ask_many(behind.url, 20)) == 20
    assert proxy.refused == set()


def test_another_proxy_changes_nothing_of_a_cluster_that_exists(behind: Project) -> None:
    elsewhere = "http://192.0.2.1:3128"

    proxies = dict.fromkeys(_PROXIES, elsewhere)
    behind.pulumi("preview", "--expect-no-changes", NO_PROXY="*.corp.example, intranet", **proxies)


def test_the_stack_is_removed_behind_the_proxy(behind: Project, proxy: ForwardProxy) -> None:
    behind.command("down")

    assert behind.remains() == []
    assert proxy.refused == set()


def _set(project: Project, **settings: int) -> None:
    project.settings["slipway:target"]["cluster"].update(settings)
    project.save_settings()


def _give_variables_to_containerd(node: str) -> None:
    """Do what kind's own node image does as it starts, and the one that is made here does not."""
    names = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
    given = " ".join(f'{name}="${name}"' for name in names)
    script = f"systemctl set-environment {given} && systemctl restart containerd"
    docker_lines("exec", node, "sh", "-c", script)


def _pull(project: Project, node: str, name: str, image: str) -> str:
    """Run a pod on a node, and return how it went once its image is pulled or is not."""
    placed = {"apiVersion": "v1", "spec": {"nodeName": node}}
    project.kubectl(
        "run", name, f"--image={image}", "--image-pull-policy=Always", "--namespace=default",
        "--restart=Never", f"--overrides={json.dumps(placed)}", "--command", "--", "true",
    )  # fmt: skip

    def shown() -> str:
        return project.kubectl("describe", "pod", name, "--namespace=default")

    eventually("the pull ends", lambda: any(each in shown() for each in ("Pulled", "ErrImage")))
    return shown()


def _variables(node: str) -> dict[str, str]:
    """The environment of a node's container."""
    (shown,) = docker_lines("inspect", "--format={{json .Config.Env}}", node)
    entries = [entry.partition("=") for entry in json.loads(shown)]
    return {name: value for name, _, value in entries}


def _options(node: str) -> dict[str, object]:
    """The options of a node's container, without those that are its own."""
    (shown,) = docker_lines("inspect", "--format={{json .HostConfig}}", node)
    options = json.loads(shown)
    own = ("PortBindings", "ContainerIDFile", "Binds", "ConsoleSize")
    return {
        "Binds": sorted(options["Binds"]),
        **{key: value for key, value in options.items() if key not in own},
    }
