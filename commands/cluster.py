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
        self.state: Mapping[str, Any] = stack.state()
        self._kubectl = str(stack.checkout.programs / "kubectl")
        outputs = state.outputs(self.state)
        if "context" not in outputs:
            raise CommandError(
                f"the stack {stack.name} is not deployed\n  next: make up STACK={stack.name}"
            )
        self.context = str(outputs["context"])
        self._require(str(outputs["clusterUid"]), stack.name)

    def get(self, *arguments: str) -> dict[str, Any]:
        """Objects as `kubectl get` gives them."""
        return json.loads(self.run("get", *arguments, "--output=json"))

    def run(self, *arguments: str) -> str:
        """What `kubectl` prints.  Raises CommandError when it fails."""
        words = self.command("--request-timeout=10s", *arguments)
        try:
            done = subprocess.run(
                words, capture_output=True, text=True, timeout=_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            raise CommandError(self._silent(f"no answer within {_SECONDS} s")) from None
        if done.returncode != 0:
            raise CommandError(self._silent(done.stderr.strip()))
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
                f"runs in {uid}\n  next: make up STACK={stack}, or another KUBECONFIG"
            )

    def _silent(self, reason: str) -> str:
        return f"the cluster {self.context} does not give an answer: {reason}\n  next: make doctor"
