"""Belongs here: that only the stack's own cluster is asked, and how its silence is reported."""

import time
from pathlib import Path

import pytest

from commands.cluster import Cluster
from commands.errors import CommandError
from commands.stack import Stack
from tests.unit.commands.fakes import Program, as_text, deployed, deployment, resource

_HERE = "--context kind-slipway-kind --request-timeout=10s"


def test_objects_are_asked_for_in_the_stacks_context(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    pulumi.answers("stack export", as_text(deployed()))
    kubectl.answers(f"{_HERE} get pods", '{"items": [1, 2]}')
    assert Cluster(stack).get("pods", "--namespace=n") == {"items": [1, 2]}
    assert kubectl.calls[-1] == f"{_HERE} get pods --namespace=n --output=json"


def test_a_cluster_of_another_uid_is_refused_by_both_uids_before_anything_else(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    pulumi.answers("stack export", as_text(deployed()))
    kubectl.answers(f"{_HERE} get namespace", "uid-2")
    with pytest.raises(CommandError) as raised:
        Cluster(stack)
    assert "kind-slipway-kind is of the cluster uid-2" in str(raised.value)
    assert "runs in uid-1" in str(raised.value)
    assert "\n  next: make up STACK=kind" in str(raised.value)
    assert len(kubectl.calls) == 1


def test_a_stack_that_was_never_made_is_not_deployed(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    pulumi.answers("stack export", code=255, error="error: no stack named 'kind' found")
    pulumi.answers("stack ls", "[]")
    with pytest.raises(CommandError, match=r"^the stack kind is not deployed\n  next: make up"):
        Cluster(stack)
    assert kubectl.calls == []


def test_a_state_that_cannot_be_read_is_not_taken_for_a_stack_that_is_not_there(
    stack: Stack, pulumi: Program
) -> None:
    pulumi.answers("stack export", code=255, error="error: incorrect passphrase")
    pulumi.answers("stack ls", '[{"name": "kind"}]')
    with pytest.raises(CommandError, match="incorrect passphrase"):
        Cluster(stack)


def test_a_stack_whose_up_never_completed_is_not_deployed(stack: Stack, pulumi: Program) -> None:
    pulumi.answers("stack export", as_text(deployment()))
    with pytest.raises(CommandError, match=r"not deployed\n  next: make up STACK=kind"):
        Cluster(stack)


def test_a_program_that_does_not_export_its_cluster_is_an_error_that_names_the_outputs(
    stack: Stack, pulumi: Program
) -> None:
    said = resource("pulumi:pulumi:Stack", "slipway-kind", outputs={"url": "http://localhost"})
    pulumi.answers("stack export", as_text(deployment(said)))
    with pytest.raises(CommandError, match="no context and no clusterUid\n  next: export target"):
        Cluster(stack)


def test_an_error_of_kubectl_is_reported_with_the_call_and_the_next_command(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    pulumi.answers("stack export", as_text(deployed()))
    kubectl.answers(f"{_HERE} get namespace", code=1, error="error: context does not exist\n")
    with pytest.raises(CommandError) as raised:
        Cluster(stack)
    assert "kind-slipway-kind refused `kubectl get namespace kube-system" in str(raised.value)
    assert str(raised.value).endswith("error: context does not exist\n  next: make up STACK=kind")


def test_a_cluster_that_is_silent_is_given_up_in_time(
    stack: Stack, pulumi: Program, kubectl: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commands.cluster._SECONDS", 0.2)
    pulumi.answers("stack export", as_text(deployed()))
    kubectl.does(f"{_HERE} get namespace", "exec sleep 30")
    start = time.monotonic()
    with pytest.raises(CommandError, match=r"does not answer within 0.2 s\n  next: make up"):
        Cluster(stack)
    assert time.monotonic() - start < 5


def test_without_kubectl_the_checkout_is_not_set_up(stack: Stack, pulumi: Program) -> None:
    pulumi.answers("stack export", as_text(deployed()))
    with pytest.raises(CommandError, match=r"not set up\n  next: make setup"):
        Cluster(stack)


def _provider(kubeconfig: object) -> dict[str, object]:
    return resource("pulumi:providers:kubernetes", "target", inputs={"kubeconfig": kubeconfig})


@pytest.mark.parametrize(
    "error",
    [
        'error: context "kind-slipway-kind" does not exist\n',
        "Error in configuration: context was not found for specified context: kind-slipway-kind\n",
    ],
)
@pytest.mark.parametrize("kubeconfig", ["clusters: []\n", {"plaintext": '"clusters: []\\n"'}])
def test_without_the_context_the_kubeconfig_of_the_state_is_used(
    stack: Stack, pulumi: Program, kubectl: Program, kubeconfig: object, error: str, tmp_path: Path
) -> None:
    pulumi.answers("stack export", as_text(deployed(_provider({"ciphertext": "v1:x"}))))
    pulumi.answers("stack export --show-secrets", as_text(deployed(_provider(kubeconfig))))
    kubectl.answers(f"{_HERE} get", code=1, error=error)
    shown = tmp_path / "shown"
    kubectl.does(
        "--kubeconfig", f"cat \"$2\" > '{shown}'; stat -c %a \"$2\" >> '{shown}'; printf uid-1"
    )
    cluster = Cluster(stack)
    assert shown.read_text() == "clusters: []\n600\n"
    command = cluster.command("get", "pods")
    assert command[1] == "--kubeconfig"
    assert "--context" not in command
    file = Path(command[2])
    assert file.exists()
    del cluster
    assert not file.exists()


def test_the_kubeconfig_of_the_state_is_not_used_for_another_cluster(
    stack: Stack, pulumi: Program, kubectl: Program
) -> None:
    pulumi.answers("stack export", as_text(deployed(_provider("clusters: []"))))
    kubectl.answers(f"{_HERE} get", code=1, error="error: context does not exist\n")
    kubectl.answers("--kubeconfig", "uid-2")
    with pytest.raises(CommandError, match="is of the cluster uid-2"):
        Cluster(stack)
