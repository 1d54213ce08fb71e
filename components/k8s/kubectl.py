"""kubectl on the cluster of a kubeconfig that is not the user's file."""

import tempfile
from typing import Protocol

from ..machine.runner import Runner


class Kubectl(Protocol):
    """Runs `kubectl` on the cluster in question."""

    def __call__(self, *arguments: str, timeout: float = ...) -> str: ...


def kubectl(
    runner: Runner, kubeconfig: str, *arguments: str, stdin: str | None = None, seconds: int = 15
) -> str:
    """Return what `kubectl` prints for the cluster of `kubeconfig`.

    Each of its requests may take `seconds`. Raises CommandError when it fails, or does not end 5 s
    after that: a kubeconfig may name a program that fetches a token first.
    """
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(kubeconfig)
        file.flush()
        return runner.run(
            *("kubectl", "--kubeconfig", file.name, f"--request-timeout={seconds}s"),
            *arguments,
            stdin=stdin,
            timeout=seconds + 5,
        )
