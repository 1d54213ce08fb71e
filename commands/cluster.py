"""A stack's cluster, reached through kubectl with the user's kubeconfig or that of the state."""

import json
import subprocess
import tempfile
from collections.abc import Mapping
from typing import Any

from commands import state
from commands.errors import CommandError
from commands.stack import Stack

_SECONDS = 15
_NO_CONTEXT = ("does not exist", "context was not found")
"""What kubectl says of a context that the kubeconfig lacks, and without any kubeconfig."""


class Cluster:
    """The cluster that a stack's state names, for commands of a user.

    `components.Cluster` makes one. Raises CommandError if the stack is not deployed.
    """

    def __init__(self, stack: Stack) -> None:
        self._kubectl = str(stack.checkout.programs / "kubectl")
        self._next = f"make up STACK={stack.name}"
        self.state: Mapping[str, Any] = _state(stack)
        outputs = state.outputs(self.state)
        if not outputs:
            raise CommandError(f"the stack {stack.name} is not deployed", self._next)
        if missing := [name for name in ("context", "clusterUid") if name not in outputs]:
            raise CommandError(
                f"the cluster of the stack {stack.name} is unknown: its program "
                f"exports no {' and no '.join(missing)}",
                "export target.context and target.cluster_uid as these, then make up",
            )
        self.context = str(outputs["context"])
        self._access = ["--context", self.context]
        uid = str(outputs["clusterUid"])
        try:
            self._require(uid, stack.name)
        except CommandError as error:
            missing = any(words in str(error) for words in _NO_CONTEXT)
            if not missing or not self._use_kubeconfig_of(stack):
                raise
            self._require(uid, stack.name)

    def get(self, *arguments: str) -> dict[str, Any]:
        """Return objects as `kubectl get` prints them."""
        return json.loads(self.run("get", *arguments, "--output=json"))

    def find(self, *arguments: str) -> dict[str, Any] | None:
        """Return one object; None if the cluster has none of that name."""
        text = self.run("get", *arguments, "--ignore-not-found", "--output=json")
        return json.loads(text) if text.strip() else None

    def run(self, *arguments: str) -> str:
        """Return the output of `kubectl`. Raises CommandError on failure or after 15 s."""
        words = self.command("--request-timeout=10s", *arguments)
        try:
            done = subprocess.run(
                words, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except FileNotFoundError:
            raise CommandError("this checkout is not set up", "make setup") from None
        except subprocess.TimeoutExpired:
            raise CommandError(
                f"the cluster {self.context} does not answer within {_SECONDS} s", self._next
            ) from None
        if done.returncode != 0:
            raise CommandError(
                f"the cluster {self.context} refused `kubectl {' '.join(arguments)}`: "
                f"{done.stderr.strip()}",
                self._next,
            )
        return done.stdout

    def command(self, *arguments: str) -> list[str]:
        """Return a `kubectl` command line for this cluster."""
        return [self._kubectl, *self._access, *arguments]

    def _use_kubeconfig_of(self, stack: Stack) -> bool:
        """Use the kubeconfig in the stack's state, as `clusterStack` targets have it."""
        content = state.kubeconfig(stack.state_with_secrets())
        if content is None:
            return False
        # Readable by this user only, and removed with this object.
        self._file = tempfile.NamedTemporaryFile("w", prefix="kubeconfig-", suffix=".yaml")  # noqa: SIM115
        self._file.write(content)
        self._file.flush()
        self._access = ["--kubeconfig", self._file.name]
        return True

    def _require(self, uid: str, stack: str) -> None:
        """Raise CommandError unless the context leads to the cluster with this UID."""
        current = self.run("get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}")
        if current != uid:
            raise CommandError(
                f"the context {self.context} is of the cluster {current}, and the stack {stack} "
                f"runs in {uid}",
                f"{self._next}, or another KUBECONFIG",
            )


def _state(stack: Stack) -> Mapping[str, Any]:
    """Return the stack's state; one without resources if the stack does not exist yet."""
    try:
        return stack.state()
    except CommandError:
        # Not before: listing the stacks takes as long as the export.
        if stack.exists():
            raise
        return {"deployment": {}}
