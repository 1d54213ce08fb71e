"""minikube, through its command: what it says of a profile, and what it does to one.

https://minikube.sigs.k8s.io/docs/commands/ lists the commands; their JSON is not documented, and
tests replay what was recorded.
"""

import json
import os
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

from ..machine.runner import CommandError, LocalError, Runner

State = Literal["running", "stopped", "broken", "missing"]
"""Of a profile: `broken` is one of which minikube cannot say how it is, as of a half-made one."""

_ANSWER_SECONDS = 30
_START_SECONDS = 900  # the first start of a version downloads a gigabyte
_ADD_SECONDS = 600
_DELETE_SECONDS = 300


@dataclass(frozen=True)
class Node:
    """A node of a profile. `name` is the container's and the cluster's, `short` is minikube's."""

    name: str
    short: str
    address: str
    is_control_plane: bool


@dataclass(frozen=True)
class Profile:
    """What minikube has written down of a profile."""

    name: str
    config: dict[str, Any]

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The nodes in their order; the first is a control plane, and has no name of its own."""
        return tuple(
            Node(
                name="-".join(filter(None, (self.name, node["Name"]))),
                short=node["Name"] or self.name,
                address=node["IP"],
                is_control_plane=node["ControlPlane"],
            )
            for node in self.config["Nodes"]
        )

    @property
    def addons(self) -> set[str]:
        """The addons that are enabled."""
        known: dict[str, bool] = self.config.get("Addons") or {}
        return {name for name, enabled in known.items() if enabled}

    def said(self) -> dict[str, Any]:
        """What a stack file may ask for, by the names that it has there."""
        kubernetes: dict[str, Any] = self.config["KubernetesConfig"]
        return {
            "driver": self.config["Driver"],
            "containerRuntime": kubernetes["ContainerRuntime"],
            "kubernetesVersion": kubernetes["KubernetesVersion"],
            "memory": self.config["Memory"],
            "cpus": self.config["CPUs"],
            "ha": sum(node.is_control_plane for node in self.nodes) > 1,
        }


@dataclass(frozen=True)
class Minikube:
    """One profile of the MINIKUBE_HOME that is in force."""

    runner: Runner
    profile: str

    def look(self) -> Profile | None:
        """What is written down of the profile; None if there is none."""
        listed = json.loads(self._ask("profile", "list", "--output=json", "--light"))
        for one in listed.get("valid") or ():
            if one["Name"] == self.profile:
                return Profile(self.profile, one["Config"])
        return None

    def state(self) -> State:
        """How the profile is, by asking its nodes; takes a second."""
        try:
            text = self._ask("status", "--output=json", f"--profile={self.profile}")
        except CommandError as error:
            text = error.answer  # a status other than well is an exit code other than 0
        return read_state(text)

    def start(self, *flags: str) -> None:
        """Make the profile with these flags, or start the one that is there.

        Raises LocalError when it does not come up.
        """
        words = [*flags, "--driver=docker", "--interactive=false", "--keep-context"]
        if os.geteuid() == 0:
            words.append("--force")  # for root minikube refuses containers otherwise
        try:
            self._run("start", f"--profile={self.profile}", *words, timeout=_START_SECONDS)
        except CommandError as error:
            raise LocalError(
                f"minikube cannot start the profile {self.profile}; the next `pulumi up` goes on "
                f"from here, and `minikube logs --profile {self.profile}` says more\n{error}"
            ) from None

    def validate(self, *flags: str) -> None:
        """Let minikube look at the flags of a profile that is to be made; it changes nothing.

        Raises CommandError with its words when it would not make it.
        """
        words = [*flags, "--driver=docker", "--interactive=false", "--dry-run"]
        if os.geteuid() == 0:
            words.append("--force")
        # Even a dry run writes down that there was one: not where the user's profiles are.
        with tempfile.TemporaryDirectory() as home:
            elsewhere = replace(self, runner=self.runner.within(MINIKUBE_HOME=home))
            command = ("start", f"--profile={self.profile}", *words)
            elsewhere._run(*command, timeout=_ANSWER_SECONDS)  # noqa: SLF001 - the same class

    def add_node(self) -> None:
        """Add a worker.  Raises LocalError when it does not join."""
        command = ("minikube", "node", "add", f"--profile={self.profile}", "--worker")
        try:
            with self._with_context() as inside:  # it waits for the node by it
                inside.run(*command, timeout=_ADD_SECONDS)
        except CommandError as error:
            raise LocalError(
                f"minikube cannot add a node to the profile {self.profile}; the next `pulumi up` "
                f"makes it anew\n{error}"
            ) from None

    def delete_node(self, short: str) -> None:
        """Remove a node, its container and its volume.  Raises CommandError."""
        command = ("minikube", "node", "delete", short, f"--profile={self.profile}")
        with self._with_context() as inside:
            inside.run(*command, timeout=_DELETE_SECONDS)

    def set_addon(self, name: str, *, enabled: bool) -> None:
        """Enable or disable an addon.  Raises LocalError with minikube's words."""
        verb = "enable" if enabled else "disable"
        command = ("minikube", "addons", verb, name, f"--profile={self.profile}")
        try:
            with self._with_context() as inside:  # some reach the cluster by it
                inside.run(*command, timeout=_START_SECONDS)
        except CommandError as error:
            raise LocalError(
                f"minikube cannot {verb} the addon {name} of the profile {self.profile}; "
                f"`minikube addons list` shows those there are\n{error}"
            ) from None

    def delete(self) -> None:
        """Remove the profile with all its nodes."""
        self._run("delete", f"--profile={self.profile}", timeout=_DELETE_SECONDS)

    def kubeconfig(self) -> str:
        """A kubeconfig with the running profile alone, credentials inline."""
        with self._with_context() as inside:
            return inside.run("kubectl", "config", "view", "--raw", "--flatten", "--minify")

    @contextmanager
    def _with_context(self) -> Generator[Runner, None, None]:
        """A Runner whose commands have a kubeconfig with the running profile alone."""
        with tempfile.TemporaryDirectory() as folder:
            kubeconfig = str(Path(folder) / "kubeconfig")
            inside = self.runner.within(KUBECONFIG=kubeconfig, MINIKUBE_IN_STYLE="false")
            update = ("minikube", "update-context", f"--profile={self.profile}")
            inside.run(*update, timeout=_ANSWER_SECONDS)
            yield inside

    def _ask(self, *words: str) -> str:
        return self._run(*words, timeout=_ANSWER_SECONDS)

    def _run(self, *words: str, timeout: float) -> str:
        # It would write to the user's kubeconfig, and make its own context the current one.
        with tempfile.TemporaryDirectory() as folder:
            kubeconfig = str(Path(folder) / "kubeconfig")
            inside = self.runner.within(KUBECONFIG=kubeconfig, MINIKUBE_IN_STYLE="false")
            return inside.run("minikube", *words, timeout=timeout)


def read_state(text: str) -> State:
    """The state that `minikube status --output=json` tells.

    It prints an object for one node and a list for several, `null` for a half-made profile, and
    for none its error as JSON.
    """
    try:
        document: Any = json.loads(text)
    except ValueError:
        return "missing" if "not found" in text else "broken"
    if isinstance(document, dict) and "specversion" in document:
        return "missing"
    nodes = cast("Sequence[dict[str, Any]]", document if isinstance(document, list) else [document])
    if not nodes or None in nodes:
        return "broken"
    parts = [node[part] for node in nodes for part in ("Host", "Kubelet", "APIServer")]
    if all(part in ("Running", "Irrelevant") for part in parts):
        return "running"
    return "broken" if "Nonexistent" in parts else "stopped"
