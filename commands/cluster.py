"""A stack's cluster, reached through kubectl with the user's kubeconfig or that of the state."""

import json
import re
import subprocess
import tempfile
from collections.abc import Mapping
from typing import Any

from commands import state
from commands.delivery import Delivery, by_gitops
from commands.errors import CommandError
from commands.stack import Stack

_SECONDS = 15
_NO_CONTEXT = re.compile(r"context (\S+ )?does not exist|context was not found")
"""What kubectl says of a context that the kubeconfig lacks, and without any kubeconfig."""


class Cluster:
    """The cluster that a stack's state names, or with `deliver: gitops` its settings, for commands.

    `components.Cluster` makes one. Raises CommandError if the stack is not deployed. With `known`,
    a state that was read before, nothing is asked yet: whoever asks first compares `uid`.
    """

    def __init__(self, stack: Stack, known: Mapping[str, Any] | None = None) -> None:
        self.stack = stack
        self._kubectl = str(stack.checkout.programs / "kubectl")
        self._next = f"make up STACK={stack.name}"
        self.state: Mapping[str, Any] = state_if_any(stack) if known is None else known
        outputs = state.outputs(self.state)
        if not outputs and (delivery := by_gitops(stack)) is not None:
            self._use(delivery)
            return
        if not outputs:
            raise CommandError(f"the stack {stack.name} is not deployed", self._next)
        if missing := [name for name in ("context", "clusterUid") if name not in outputs]:
            raise CommandError(
                f"the cluster of the stack {stack.name} is unknown: its program "
                f"exports no {' and no '.join(missing)}",
                "export target.context and target.cluster_uid as these, then make up",
            )
        self.context = str(outputs["context"])
        self.uid = str(outputs["clusterUid"])
        self._access = ["--context", self.context]
        if known is None:
            self._require_uid()

    def _use(self, delivery: Delivery) -> None:
        """Reach the cluster of the settings. Raises CommandError if it is another one."""
        self._next = f"kubectl --context {delivery.context} get nodes"
        self.context = delivery.context
        self._access = ["--context", self.context]
        self.uid = delivery.uid or self._current_uid()
        self._require_uid()
        kinds = "deployments,statefulsets,jobs,cronjobs,services"
        stack = f"--selector=slipway.dev/stack={delivery.label}"
        self.state = state.of_objects(self.get(kinds, "--all-namespaces", stack)["items"])

    def get(self, *arguments: str) -> dict[str, Any]:
        """Return objects as `kubectl get` prints them."""
        return json.loads(self.run("get", *arguments, "--output=json"))

    def find(self, *arguments: str) -> dict[str, Any] | None:
        """Return one object; None if the cluster has none of that name."""
        text = self.run("get", *arguments, "--ignore-not-found", "--output=json")
        return json.loads(text) if text.strip() else None

    def run(self, *arguments: str, stdin: str | None = None, seconds: float | None = None) -> str:
        """Return the output of `kubectl`. Raises CommandError on failure or after 15 s.

        Without the stack's context, the kubeconfig of its state is used from then on.
        """
        try:
            return self._run(*arguments, stdin=stdin, seconds=seconds)
        except CommandError as error:
            missing = _NO_CONTEXT.search(error.message)
            if not missing or not self._use_kubeconfig_of_the_state():
                raise
            return self._run(*arguments, stdin=stdin, seconds=seconds)

    def command(self, *arguments: str) -> list[str]:
        """Return a `kubectl` command line for this cluster."""
        return [self._kubectl, *self._access, *arguments]

    def _run(self, *arguments: str, stdin: str | None, seconds: float | None) -> str:
        limit = seconds or _SECONDS
        # A command with a limit of its own, such as a rollout, is one long request.
        words = self.command(*(() if seconds else ("--request-timeout=10s",)), *arguments)
        try:
            done = subprocess.run(
                words,
                input=stdin,
                capture_output=True,
                text=True,
                timeout=limit,
                check=False,
                encoding="utf-8",
            )
        except FileNotFoundError:
            raise CommandError("this checkout is not set up", "make setup") from None
        except subprocess.TimeoutExpired:
            raise CommandError(
                f"the cluster {self.context} does not answer within {limit} s", self._next
            ) from None
        if done.returncode != 0:
            raise CommandError(
                f"the cluster {self.context} refused `kubectl {' '.join(arguments)}`: "
                f"{done.stderr.strip()}",
                self._next,
            )
        return done.stdout

    def _use_kubeconfig_of_the_state(self) -> bool:
        """Use the kubeconfig in the stack's state, as `clusterStack` targets have it."""
        if self._access[0] == "--kubeconfig":
            return False
        content = state.kubeconfig(self.stack.state_with_secrets())
        if content is None:
            return False
        # Readable by this user only, and removed with this object.
        self._file = tempfile.NamedTemporaryFile("w", prefix="kubeconfig-", suffix=".yaml")  # noqa: SIM115
        self._file.write(content)
        self._file.flush()
        self._access = ["--kubeconfig", self._file.name]
        return True

    def _current_uid(self) -> str:
        return self.run("get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}")

    def _require_uid(self) -> None:
        """Raise CommandError unless the context leads to the stack's cluster."""
        current = self._current_uid()
        if current != self.uid:
            raise CommandError(
                f"the context {self.context} is of the cluster {current}, and the stack "
                f"{self.stack.name} runs in {self.uid}",
                f"{self._next}, or another KUBECONFIG",
            )


def state_if_any(stack: Stack) -> Mapping[str, Any]:
    """Return the stack's state; one without resources if the stack does not exist yet."""
    try:
        return stack.state()
    except CommandError:
        # Not before: listing the stacks takes as long as the export.
        if stack.exists():
            raise
        return {"deployment": {}}
