"""Belongs here: a local address that lasts as long as the command, and no longer."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commands.errors import CommandError
from commands.open import open_service
from commands.stack import Stack
from tests.unit.commands import child
from tests.unit.commands.child import eventually
from tests.unit.commands.fakes import Program, as_text, deployed, resource

_FORWARD = "--context kind-slipway-kind port-forward"
_STARTED = "echo Forwarding from 127.0.0.1:40123 '->' 3000"


def _service(name: str, *ports: int) -> dict[str, Any]:
    outputs = {
        "metadata": {"name": name, "namespace": "ns"},
        "spec": {"ports": [{"port": port} for port in ports]},
    }
    return resource("kubernetes:core/v1:Service", name, outputs=outputs)


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def up(stack: Stack, pulumi: Program) -> Stack:
    """The stack with three services, of which one has no port."""
    services = (_service("nowhere"), _service("web", 80, 81), _service("api", 8080))
    pulumi.answers("stack export", as_text(deployed(*services)))
    return stack


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commands.open._PAUSE_SECONDS", 0.03)
    monkeypatch.setattr("commands.open._PATIENCE_SECONDS", 0.3)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_address_is_printed_and_a_signal_ends_kubectl_and_the_command(
    up: Stack, kubectl: Program, number: signal.Signals
) -> None:
    note = up.checkout.root / "kubectl-pid"
    kubectl.does(_FORWARD, f"echo $$ > '{note}'; {_STARTED}; exec sleep 60")
    process = child.start(up.checkout, "open")
    assert process.stdout is not None
    first, second = process.stdout.readline(), process.stdout.readline()
    assert first.startswith("opening ns/web;")
    assert second == "http://localhost:40123\n"

    os.kill(process.pid, number)

    shown, errors = process.communicate(timeout=10)
    assert (process.returncode, shown, errors) == (0, "", "")
    assert not Path(f"/proc/{note.read_text().strip()}").exists(), "kubectl has ended"


@pytest.mark.parametrize(
    ("service", "port", "words"),
    [
        (None, None, "service/web :80"),
        ("api", None, "service/api :8080"),
        ("api", 9000, "service/api 9000:8080"),
    ],
)
@pytest.mark.usefixtures("impatient")
def test_the_first_port_of_the_service_is_opened_at_the_requested_port(
    up: Stack, kubectl: Program, service: str | None, port: int | None, words: str
) -> None:
    kubectl.answers(_FORWARD, code=1)
    with pytest.raises(CommandError):
        open_service(up, service, port)
    assert kubectl.calls[-1] == f"{_FORWARD} --namespace=ns --address=127.0.0.1 {words}"


def test_a_service_that_cannot_be_opened_is_reported_at_once(up: Stack, kubectl: Program) -> None:
    kubectl.answers(_FORWARD, code=1, error="unable to listen on port 80: address in use\n")
    with pytest.raises(CommandError) as raised:
        open_service(up, None, 80)
    assert str(raised.value) == (
        "service/web cannot be opened: unable to listen on port 80: address in use\n"
        "  next: make status STACK=kind"
    )


@pytest.mark.usefixtures("impatient")
def test_when_its_pod_ends_another_serves_the_same_address(
    up: Stack, kubectl: Program, capsys: pytest.CaptureFixture[str]
) -> None:
    # Open, then no pod, then open again for longer, then never again.
    root = up.checkout.root
    kubectl.does(
        _FORWARD,
        f"cd '{root}'; echo x >> tries; case $(wc -l < tries) in "
        f"1) {_STARTED} ;; 3) {_STARTED}; sleep 0.1 ;; *) echo no pod >&2; exit 1 ;; esac",
    )
    with pytest.raises(CommandError, match=r"service/web cannot be opened: no pod\n  next: "):
        open_service(up, None, None)
    assert capsys.readouterr().out.count("http://") == 1
    forwards = [call.split()[-1] for call in kubectl.calls if "port-forward" in call]
    assert forwards[0] == ":80"
    assert len(forwards) > 3 and set(forwards[1:]) == {"40123:80"}


@pytest.mark.usefixtures("impatient")
def test_a_cluster_that_is_gone_is_given_up_after_a_while_and_not_hammered(
    up: Stack, kubectl: Program
) -> None:
    # What kubectl prints when a connection breaks as soon as it stands.
    kubectl.does(_FORWARD, f"{_STARTED}; echo lost connection to pod >&2; exit 1")
    start = time.monotonic()
    with pytest.raises(CommandError, match="lost connection to pod"):
        open_service(up, None, None)
    assert 0.3 < time.monotonic() - start < 5
    assert len(kubectl.calls) < 0.3 / 0.03 + 4


def test_a_missing_service_is_reported_with_the_existing_ones(up: Stack, kubectl: Program) -> None:
    with pytest.raises(CommandError) as raised:
        open_service(up, "wev", None)
    assert str(raised.value) == (
        "the stack kind has no service wev; it has: web, api\n"
        "  next: make open STACK=kind SERVICE=web"
    )
    assert not any("port-forward" in call for call in kubectl.calls)


@pytest.mark.usefixtures("kubectl")
def test_a_stack_without_services_is_reported(stack: Stack, pulumi: Program) -> None:
    pulumi.answers("stack export", as_text(deployed()))
    with pytest.raises(CommandError, match=r"has no service\n  next: make up STACK=kind"):
        open_service(stack, None, None)


def test_ctrl_c_at_a_terminal_which_reaches_kubectl_too_is_a_clean_end(
    up: Stack, kubectl: Program
) -> None:
    note = up.checkout.root / "kubectl-pid"
    kubectl.does(_FORWARD, f"echo $$ > '{note}'; {_STARTED}; exec sleep 60")
    process: subprocess.Popen[str] = child.start(up.checkout, "open")
    eventually("kubectl runs", note.exists)
    eventually("it is whole", note.read_text)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")
