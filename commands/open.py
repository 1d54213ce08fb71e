"""`make open`."""

import subprocess

from commands import state
from commands.cluster import Cluster
from commands.errors import CommandError
from commands.stack import Stack

_STARTED = "Forwarding from 127.0.0.1:"


def open_service(stack: Stack, service: str | None, port: int | None) -> None:
    """Forward a local port to a service, exposed or not, until Ctrl-C.

    Without `service` it is the stack's one.  When the pod behind it goes, another is taken, under
    the same address.
    """
    cluster = Cluster(stack)
    namespace, name, target = _service(cluster, service)
    local = str(port or "")
    print(f"opening {namespace}/{name}; Ctrl-C closes it", flush=True)
    told = False
    while True:
        forward = subprocess.Popen(
            cluster.command(
                *("port-forward", f"--namespace={namespace}", "--address=127.0.0.1"),
                *(f"service/{name}", f"{local}:{target}"),
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            local = _wait_for_start(forward)
            if not told:
                print(f"http://localhost:{local}", flush=True)
                told = True
            forward.communicate()
        except KeyboardInterrupt:
            return
        finally:
            forward.terminate()
            forward.wait()


def _wait_for_start(forward: subprocess.Popen[str]) -> str:
    """The local port, once it is open.  Raises CommandError with kubectl's reason if it cannot."""
    assert forward.stdout is not None
    for line in forward.stdout:
        if line.startswith(_STARTED):
            return line.removeprefix(_STARTED).split()[0]
    _, reason = forward.communicate()
    raise CommandError(f"cannot be opened: {reason.strip()}\n  next: make status")


def _service(cluster: Cluster, wanted: str | None) -> tuple[str, str, int]:
    """Namespace, name and port of the wanted service."""
    found = {
        str(inputs["metadata"]["name"]): (
            str(inputs["metadata"]["namespace"]),
            int(inputs["spec"]["ports"][0]["port"]),
        )
        for resource in state.resources(cluster.state, "kubernetes:core/v1:Service")
        if (inputs := resource["inputs"])
    }
    name = wanted or next(iter(found), "")
    if name not in found:
        there = f"there are: {', '.join(found)}" if found else "it has none"
        raise CommandError(f"the stack has no service {name}; {there}")
    namespace, port = found[name]
    return namespace, name, port
