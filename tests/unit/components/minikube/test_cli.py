"""minikube's answers, as they were recorded, and what is read from them."""

import pytest

from components.machine.runner import LocalError
from components.minikube.cli import Minikube, Profile, State, read_state
from tests.unit.components.doubles.machine import Machine
from tests.unit.components.doubles.minikube import HALF_MADE, NO_PROFILE, ProfileDouble, status

# As recorded, word for word: one object and no list for one node, no newline at the end.
_ONE = (
    '{"Name":"h2","Host":"Running","Kubelet":"Running","APIServer":"Running","Kubeconfig":'
    '"Configured","Worker":false}'
)
_TWO = (
    '[{"Name":"h2","Host":"Running","Kubelet":"Running","APIServer":"Running","Kubeconfig":'
    '"Configured","Worker":false},{"Name":"h2-m02","Host":"Running","Kubelet":"Running",'
    '"APIServer":"Irrelevant","Kubeconfig":"Irrelevant","Worker":true}]'
)


def test_the_double_prints_what_was_recorded() -> None:
    assert status("h2").replace(" ", "") == _ONE
    assert status("h2", "h2-m02").replace(" ", "") == _TWO


@pytest.mark.parametrize(
    ("text", "state"),
    [
        (_ONE, "running"),
        (_TWO, "running"),
        (status("h2", state="Stopped"), "stopped"),
        (status("h2", "h2-m02", state="Stopped"), "stopped"),
        (_TWO.replace('m02","Host":"Running"', 'm02","Host":"Stopped"'), "stopped"),
        (_ONE.replace('"APIServer":"Running"', '"APIServer":"Stopped"'), "stopped"),
        (status("h2", state="Nonexistent"), "broken"),
        (HALF_MADE, "broken"),
        (NO_PROFILE, "missing"),
        ("", "broken"),
    ],
    ids=[
        "one node", "two nodes", "one stopped", "two stopped", "one of two stopped",
        "no API server", "container missing", "incomplete", "no profile", "nothing",
    ],
)  # fmt: skip
def test_the_state_of_a_profile_is_read_from_what_minikube_prints(text: str, state: State) -> None:
    assert read_state(text) == state


def test_nodes_have_the_names_of_their_containers() -> None:
    shown = ProfileDouble("uid", ["", "m02", "m03"]).shown("shop")

    nodes = Profile("shop", shown["Config"]).nodes

    assert [node.name for node in nodes] == ["shop", "shop-m02", "shop-m03"]
    assert [node.short for node in nodes] == ["shop", "m02", "m03"]
    assert [node.is_control_plane for node in nodes] == [True, False, False]
    assert nodes[1].address == "172.30.0.3"


def test_no_command_sees_the_users_kubeconfig(machine: Machine) -> None:
    minikube = Minikube(machine.runner(), "mini")

    minikube.start("--nodes=1")
    minikube.kubeconfig()
    minikube.delete()

    paths = [environment["KUBECONFIG"] for environment in machine.environments]
    assert len(paths) == len(machine.commands) == 4
    assert all("kubeconfig" in path and ".kube/config" not in path for path in paths)
    (start,) = machine.ran("minikube start")
    assert "--keep-context" in start and "--interactive=false" in start


def test_an_unknown_addon_is_named_with_the_command_that_lists_them(machine: Machine) -> None:
    minikube = Minikube(machine.runner(), "mini")
    minikube.start("--nodes=1")
    machine.broken["minikube addons enable"] = "X Exiting due to MK_ADDON_ENABLE: nope is no addon"

    with pytest.raises(
        LocalError, match=r"(?s)addon nope of the profile mini.*next: .*minikube addons list"
    ):
        minikube.set_addon("nope", enabled=True)


def test_minikube_has_a_context_of_the_cluster_before_nodes_and_addons_change(
    machine: Machine,
) -> None:
    minikube = Minikube(machine.runner(), "mini")
    minikube.start("--nodes=1")
    machine.commands.clear()
    machine.environments.clear()

    minikube.add_node()
    minikube.set_addon("ingress", enabled=True)
    minikube.delete_node("m02")

    contexts = [command.split()[1] == "update-context" for command in machine.commands]
    assert contexts == [True, False] * 3
    files = [environment["KUBECONFIG"] for environment in machine.environments]
    assert files[0::2] == files[1::2]
