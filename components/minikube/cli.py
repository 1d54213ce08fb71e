"""minikube's commands, which show a profile and change it.

https://minikube.sigs.k8s.io/docs/commands/ lists them; their JSON is not documented, and tests
replay what was recorded.
"""

import json
import os
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

from ..k8s.way import without_notes
from ..machine.runner import UP_AGAIN, CommandError, LocalError, Runner
from .inputs import Characteristics
from .proxies import direct_way, for_nodes, with_no_proxy

State = Literal["running", "stopped", "broken", "missing"]
"""State of a profile; `broken` where minikube cannot show one, e.g. if it is incomplete."""

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
    """A profile as minikube's configuration has it."""

    name: str
    config: dict[str, Any]

    @property
    def nodes(self) -> tuple[Node, ...]:
        """Nodes in their order; the first is a control plane, and has no name of its own."""
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
        """Enabled addons."""
        known: dict[str, bool] = self.config.get("Addons") or {}
        return {name for name, enabled in known.items() if enabled}

    @property
    def characteristics(self) -> Characteristics:
        """Settings that the profile was made with."""
        kubernetes: dict[str, Any] = self.config["KubernetesConfig"]
        return Characteristics(
            driver=self.config["Driver"],
            container_runtime=kubernetes["ContainerRuntime"],
            kubernetes_version=kubernetes["KubernetesVersion"],
            ha=sum(node.is_control_plane for node in self.nodes) > 1,
            memory=self.config["Memory"],
            cpus=self.config["CPUs"],
            nodes=len(self.nodes),
        )


@dataclass(frozen=True)
class Minikube:
    """One profile of the MINIKUBE_HOME that is in force."""

    runner: Runner
    profile: str
    registry: str = ""
    """Name of the registry's container, which nodes that are made reach without a proxy."""

    def get(self) -> Profile | None:
        """Return the profile; None if it does not exist."""
        profiles = json.loads(self._query("profile", "list", "--output=json", "--light"))
        for profile in profiles.get("valid") or ():
            if profile["Name"] == self.profile:
                return Profile(self.profile, profile["Config"])
        return None

    def state(self) -> State:
        """Return the state of the profile, which its nodes report; takes a second."""
        try:
            text = self._query("status", "--output=json", f"--profile={self.profile}")
        except CommandError as error:
            text = error.answer  # the exit code is 0 for a running profile only
        return read_state(text)

    def start(self, *flags: str) -> None:
        """Make the profile with these flags, or start the existing one.

        Raises LocalError when it does not start.
        """
        words = [*flags, "--driver=docker", "--interactive=false", "--keep-context"]
        if os.geteuid() == 0:
            words.append("--force")  # for root minikube refuses containers otherwise
        try:
            with for_nodes(self.runner, self.profile, self.registry) as inside:
                starting = replace(self, runner=inside)
                command = ("start", f"--profile={self.profile}", *words)
                starting._run(*command, timeout=_START_SECONDS)  # noqa: SLF001 - the same class
        except CommandError as error:
            raise LocalError(
                f"minikube cannot start the profile {self.profile}: see `minikube logs --profile "
                f"{self.profile}`",
                details=error,
                next_step=UP_AGAIN,
            ) from None

    def validate(self, *flags: str) -> None:
        """Let minikube check the flags of a profile that is to be made; it changes nothing.

        Raises CommandError with its message when it refuses them.
        """
        words = [*flags, "--driver=docker", "--interactive=false", "--dry-run"]
        if os.geteuid() == 0:
            words.append("--force")
        # Even a dry run leaves a trace of itself: not where the user's profiles are.
        with tempfile.TemporaryDirectory() as home:
            elsewhere = replace(self, runner=self.runner.within(MINIKUBE_HOME=home))
            command = ("start", f"--profile={self.profile}", *words)
            elsewhere._run(*command, timeout=_ANSWER_SECONDS)  # noqa: SLF001 - the same class

    def add_node(self) -> None:
        """Add a worker.  Raises LocalError when it does not join."""
        command = ("minikube", "node", "add", f"--profile={self.profile}", "--worker")
        try:
            with (
                self._with_context() as context,  # it waits for the node by it
                for_nodes(context, self.profile, self.registry) as inside,
            ):
                inside.run(*command, timeout=_ADD_SECONDS)
        except CommandError as error:
            raise LocalError(
                f"minikube cannot add a node to the profile {self.profile}",
                details=error,
                next_step="`pulumi up` recreates the node",
            ) from None

    def delete_node(self, short: str) -> None:
        """Remove a node, its container and its volume.  Raises CommandError."""
        command = ("minikube", "node", "delete", short, f"--profile={self.profile}")
        with self._with_context() as inside:
            inside.run(*command, timeout=_DELETE_SECONDS)

    def set_addon(self, name: str, *, enabled: bool) -> None:
        """Enable or disable an addon.  Raises LocalError with minikube's message."""
        verb = "enable" if enabled else "disable"
        command = ("minikube", "addons", verb, name, f"--profile={self.profile}")
        try:
            with self._with_context() as inside:  # some reach the cluster by it
                inside.run(*command, timeout=_START_SECONDS)
        except CommandError as error:
            raise LocalError(
                f"minikube cannot {verb} the addon {name} of the profile {self.profile}",
                details=error,
                next_step="choose one that `minikube addons list` shows",
            ) from None

    def delete(self) -> None:
        """Remove the profile with all its nodes."""
        self._run("delete", f"--profile={self.profile}", timeout=_DELETE_SECONDS)

    def kubeconfig(self) -> str:
        """Return a kubeconfig with the running profile alone, credentials inline."""
        with self._with_context() as inside:
            view = ("kubectl", "config", "view", "--raw", "--flatten", "--minify")
            kubeconfig = without_notes(inside.run(*view))
        return direct_way(self.runner, self.profile, kubeconfig)

    @contextmanager
    def _with_context(self) -> Generator[Runner, None, None]:
        """Yield a Runner whose commands have a kubeconfig with the running profile alone."""
        with tempfile.TemporaryDirectory() as folder:
            inside = self._inside(folder)
            update = ("minikube", "update-context", f"--profile={self.profile}")
            inside.run(*update, timeout=_ANSWER_SECONDS)
            yield inside

    def _query(self, *words: str) -> str:
        return self._run(*words, timeout=_ANSWER_SECONDS)

    def _run(self, *words: str, timeout: float) -> str:
        # It would write to the user's kubeconfig, and make its own context the current one.
        with tempfile.TemporaryDirectory() as folder:
            return self._inside(folder).run("minikube", *words, timeout=timeout)

    def _inside(self, folder: str) -> Runner:
        """Return a Runner whose commands have a kubeconfig in a folder, and no use for a proxy."""
        kubeconfig = str(Path(folder) / "kubeconfig")
        inside = self.runner.within(KUBECONFIG=kubeconfig, MINIKUBE_IN_STYLE="false")
        return with_no_proxy(inside, self.profile)


def read_state(text: str) -> State:
    """Return the state that `minikube status --output=json` shows.

    It prints an object for one node and a list for several, `null` for an incomplete profile, and
    its error as JSON for a missing one.
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
