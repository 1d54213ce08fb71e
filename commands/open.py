"""`make open`."""

import signal
import subprocess
import time

from commands import state
from commands.cluster import Cluster
from commands.errors import CommandError
from commands.stack import Stack
from commands.waiting import until_it_ends

_STARTED = "Forwarding from 127.0.0.1:"
_PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 1.0


def open_service(stack: Stack, service: str | None, port: int | None) -> None:
    """Forward a local port to a service, exposed or not, until Ctrl-C.

    Without `service` it is the stack's first one. When its pod ends, another pod serves the same
    address. Raises CommandError when the service cannot be opened, or when no pod can be reached
    for 60 s.
    """
    # Otherwise a SIGTERM, as `make` passes it on, would leave kubectl running on the port.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    cluster = Cluster(stack)
    namespace, name, target = _service(cluster, service, stack.name)
    words = cluster.command(
        *("port-forward", f"--namespace={namespace}", "--address=127.0.0.1", f"service/{name}")
    )
    print(f"opening {namespace}/{name}; Ctrl-C closes it", flush=True)
    try:
        _keep_open(words, str(port or ""), target, stack.name)
    except KeyboardInterrupt:
        return


def _keep_open(words: list[str], local: str, target: int, stack: str) -> None:
    opened = False
    last_open = time.monotonic()
    while True:
        forward = subprocess.Popen(
            [*words, f"{local}:{target}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        try:
            address = _wait_for_start(forward)
            if address and not opened:
                local, opened = address, True
                print(f"http://localhost:{local}", flush=True)
            start = time.monotonic()
            _, reason = until_it_ends(forward.communicate)
        finally:
            forward.terminate()
            forward.wait()
        if address and time.monotonic() - start > _PAUSE_SECONDS:
            last_open = time.monotonic()
        if not opened or time.monotonic() - last_open > _PATIENCE_SECONDS:
            raise CommandError(
                f"{words[-1]} cannot be opened: {reason.strip()}", f"make status STACK={stack}"
            )
        time.sleep(_PAUSE_SECONDS)


def _wait_for_start(forward: subprocess.Popen[str]) -> str | None:
    """Return the local port once it is open; None when kubectl ended instead."""
    assert forward.stdout is not None
    for line in forward.stdout:
        if line.startswith(_STARTED):
            return line.removeprefix(_STARTED).split()[0]
    return None


def _service(cluster: Cluster, requested: str | None, stack: str) -> tuple[str, str, int]:
    """Return namespace, name and port of the requested service."""
    services = {
        str(outputs["metadata"]["name"]): (
            str(outputs["metadata"]["namespace"]),
            int(outputs["spec"]["ports"][0]["port"]),
        )
        for resource in state.resources(cluster.state, "kubernetes:core/v1:Service")
        if (outputs := resource["outputs"])["spec"].get("ports")
    }
    if not services:
        raise CommandError(f"the stack {stack} has no service", f"make up STACK={stack}")
    name = requested or next(iter(services))
    if name not in services:
        raise CommandError(
            f"the stack {stack} has no service {name}; it has: {', '.join(services)}",
            f"make open STACK={stack} SERVICE={next(iter(services))}",
        )
    namespace, port = services[name]
    return namespace, name, port
