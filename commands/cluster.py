"""Asking a stack's cluster, through kubectl and the user's kubeconfig."""

import json
import subprocess
from collections.abc import Mapping
from typing import Any

from commands import state
from commands.errors import CommandError
from commands.stack import Stack

_SECONDS = 15


class Cluster:
    """The cluster that a stack's state names.  Raises CommandError if the stack is not up."""

    def __init__(self, stack: Stack) -> None:
        self._kubectl = str(stack.checkout.programs / "kubectl")
        self._next = f"next: make up STACK={stack.name}"
        self.state: Mapping[str, Any] = _state(stack)
        outputs = state.outputs(self.state)
        if not outputs:
            raise CommandError(f"the stack {stack.name} is not deployed\n  {self._next}")
        if missing := [name for name in ("context", "clusterUid") if name not in outputs]:
            raise CommandError(
                f"the stack {stack.name} does not say which cluster it runs in: its program "
                f"exports no {' and no '.join(missing)}\n"
                "  next: export target.context and target.cluster_uid as these, then make up"
            )
        self.context = str(outputs["context"])
        self._require(str(outputs["clusterUid"]), stack.name)

    def get(self, *arguments: str) -> dict[str, Any]:
        """Objects as `kubectl get` gives them."""
        return json.loads(self.run("get", *arguments, "--output=json"))

    def run(self, *arguments: str) -> str:
        """What `kubectl` prints.  Raises CommandError when it fails or does not end in time."""
        words = self.command("--request-timeout=10s", *arguments)
        try:
            done = subprocess.run(
                words, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except FileNotFoundError:
            raise CommandError("this checkout is not set up\n  next: make setup") from None
        except subprocess.TimeoutExpired:
            raise CommandError(
                f"the cluster {self.context} does not answer within {_SECONDS} s\n  {self._next}"
            ) from None
        if done.returncode != 0:
            raise CommandError(
                f"the cluster {self.context} refused `kubectl {' '.join(arguments)}`: "
                f"{done.stderr.strip()}\n  {self._next}"
            )
        return done.stdout

    def command(self, *arguments: str) -> list[str]:
        """A `kubectl` command line for this cluster."""
        return [self._kubectl, "--context", self.context, *arguments]

    def _require(self, uid: str, stack: str) -> None:
        """Refuse a cluster that merely has the context's name."""
        found = self.run("get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}")
        if found != uid:
            raise CommandError(
                f"the context {self.context} leads to the cluster {found}, and the stack {stack} "
                f"runs in {uid}\n  {self._next}, or another KUBECONFIG"
            )


def _state(stack: Stack) -> Mapping[str, Any]:
    """The stack's state, one without resources where there is no such stack yet."""
    try:
        return stack.state()
    except CommandError:
        # Asked only now: listing the stacks takes as long as the export.
        if stack.exists():
            raise
        return {"deployment": {}}
