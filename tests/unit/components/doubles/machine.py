"""A machine that exists in memory only, and the Runner whose commands work on it.

It knows the few forms of `docker`, `kind` and `kubectl` that the providers use, with the words of
their errors; any other command fails the test.
"""

import base64
import copy
import itertools
import json
import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from components.machine import labels
from components.machine.runner import CommandError, Runner
from tests.unit.components.doubles import docker as engine_double
from tests.unit.components.doubles.docker import Failure
from tests.unit.components.doubles.kind_containers import KINDS
from tests.unit.components.doubles.minikube import MinikubeDouble


@dataclass
class Machine:
    """What is on the machine, and what was run on it."""

    engine: engine_double.Engine = field(default_factory=engine_double.Engine)
    uids: dict[str, str] = field(default_factory=dict)
    """The UID of each cluster whose API answers."""

    contexts: set[str] = field(default_factory=set)
    """The contexts in the user's kubeconfig."""

    kubeconfigs: dict[str, str] = field(default_factory=dict)
    """The kubeconfigs of clusters, by name, whose way is another one than at first."""

    others: dict[str, str] = field(default_factory=dict)
    """The UIDs of other clusters, by the addresses of their servers."""

    minikube: MinikubeDouble = field(default_factory=MinikubeDouble)
    commands: list[str] = field(default_factory=list)
    environments: list[dict[str, str]] = field(default_factory=list)
    memory: int = 8 << 30
    disk: int = 90 << 30
    """Free bytes."""

    broken: dict[str, str] = field(default_factory=dict)
    """What commands that begin like this print as they fail."""

    _serial: Callable[[], int] = field(default_factory=lambda: itertools.count(1).__next__)

    def runner(self) -> Runner:
        return MachineRunner(machine=self)

    def ran(self, start: str) -> list[str]:
        """The commands that began like this."""
        return [command for command in self.commands if command.startswith(start)]

    def answer(self, words: list[str], stdin: str | None) -> str:
        line = shlex.join(words)
        for start, output in self.broken.items():
            if line.startswith(start):
                raise Failure(output)
        match words:
            case [("cat" | "df"), *_, place]:
                return self._room(place)
            case ["docker", *rest]:
                return self._docker(rest, stdin)
            case ["kind", "create", "cluster", "--name", name, "--image", image, *_]:
                return self._create(name, image, yaml.safe_load(stdin or ""))
            case ["kind", "delete", "cluster", "--name", name]:
                self.uids.pop(name, None)
                return self.engine.remove(f"{labels.CLUSTER}={name}")
            case ["kind", "get", "kubeconfig", "--name", name]:
                return self.kubeconfigs.get(name) or self._first_kubeconfig(name)
            case ["minikube", *rest]:
                return self.minikube.answer(rest, self.engine)
            case ["kubectl", *rest]:
                return self._kubectl(rest)
        raise AssertionError(f"a command that no machine here knows: {line}")

    def _docker(self, words: list[str], stdin: str | None) -> str:
        match words:
            case ["exec", node, "kubectl", _, "get", "--raw", "/api/v1/namespaces/kube-system", *_]:
                return self._namespace(node.removesuffix("-control-plane"))
        return self.engine.answer(words, stdin)

    def _first_kubeconfig(self, name: str) -> str:
        """The kubeconfig that kind has of a cluster whose way did not change."""
        balanced = f"{name}-external-load-balancer" in self.engine.containers
        server = f"https://127.0.0.1:{7443 if balanced else 6443}"
        return kubeconfig(name, server, uid=self.uids.get(name, ""))

    def _room(self, place: str) -> str:
        return {
            "/proc/meminfo": f"MemTotal: {8 << 20} kB\nMemAvailable: {self.memory >> 10} kB\n",
            "/var/lib/docker": f"Avail\n{self.disk}\n",
        }[place]

    def _kubectl(self, words: list[str]) -> str:
        match words:
            case ["--kubeconfig", file, _, "get", "namespace", *_]:
                return self._uid(yaml.safe_load(Path(file).read_text()))
            case ["--kubeconfig", file, _, "get", "--raw", "/api/v1/namespaces/kube-system"]:
                uid = self._uid(yaml.safe_load(Path(file).read_text()))
                return json.dumps({"metadata": {"uid": uid}})
            case ["--kubeconfig", _, _, *rest]:
                return self.engine.kubectl_answer(rest)
            case ["config", "view", *_]:
                return self.kubeconfigs.get("mini", kubeconfig("mini", context="mini"))
            case ["config", verb, name, *_]:
                return self._configure(verb, name)
        raise AssertionError(f"a form of kubectl that is not known here: {words}")

    def _create(self, name: str, image: str, config: dict[str, Any]) -> str:
        for node in config["nodes"]:
            role = node["role"]
            taken = sum(c.startswith(f"{name}-{role}") for c in self.engine.containers)
            made = f"{name}-{role}{taken + 1 if taken else ''}"
            self.engine.containers[made] = engine_double.Container(
                image=image,
                labels={labels.CLUSTER: name, labels.ROLE: role},
                ports=node.get("extraPortMappings", []),
                binds=[
                    f"{mount['hostPath']}:{mount['containerPath']}{':ro' * mount['readOnly']}"
                    for mount in node.get("extraMounts", [])
                ],
                networks={name},
                settings=copy.deepcopy(KINDS[role][0]),
                host=copy.deepcopy(KINDS[role][1]),
            )
            self.engine.containers[made].binds.append("/lib/modules:/lib/modules:ro")
            self.engine.members[made] = {}
        self.engine.etcd = [f"{name}-control-plane"]
        self.uids[name] = uid = f"uid-{self._serial()}"
        leader = self.engine.containers[f"{name}-control-plane"]
        leader.files["/etc/kubernetes/admin.conf"] = kubeconfig(name, uid=uid)
        return ""

    def _uid(self, config: dict[str, Any]) -> str:
        name = config["current-context"].removeprefix("kind-")
        server = config["clusters"][0]["cluster"]["server"]
        if server in self.others:
            return self.others[server]
        if server not in self.kubeconfigs.get(name, server):
            raise Failure("The connection to the server was refused")
        if _authority(config) not in self.kubeconfigs.get(name, _authority(config)):
            raise Failure("x509: certificate signed by unknown authority")
        if name in self.minikube.profiles and not self.minikube.profiles[name].half_made:
            return self.minikube.profiles[name].uid
        if name not in self.uids:
            raise Failure("The connection to the server was refused")
        return self.uids[name]

    def _namespace(self, cluster: str) -> str:
        """The namespace kube-system of a kind cluster, as a node shows it."""
        if cluster not in self.uids:
            raise Failure("The connection to the server was refused")
        return json.dumps({"metadata": {"uid": self.uids[cluster]}})

    def _configure(self, verb: str, name: str) -> str:
        if verb == "set-context":
            self.contexts.add(name)
        if verb == "delete-context":
            if name not in self.contexts:
                raise Failure(f"error: cannot delete context {name}, not in config")
            self.contexts.remove(name)
        return ""


@dataclass(frozen=True)
class MachineRunner(Runner):
    """Runs commands on a Machine."""

    machine: Machine = field(default_factory=Machine)

    def follow(self, *command: str, silence: float, take: Callable[[str], bool]) -> None:
        for line in self.run(*command, timeout=silence).splitlines():
            take(line)

    def run(self, *command: str, stdin: str | None = None, timeout: float = 60) -> str:
        line = shlex.join(command)
        self.machine.commands.append(line)
        self.machine.environments.append(dict(self.environment or {}))
        try:
            return self.machine.answer(list(command), stdin)
        except Failure as failure:
            reason = "failed with exit code 1"
            raise CommandError(line, reason, str(failure), failure.answer) from None


def _authority(config: dict[str, Any]) -> str:
    return config["clusters"][0]["cluster"]["certificate-authority-data"]


def kubeconfig(
    name: str, server: str = "https://127.0.0.1:6443", context: str | None = None, uid: str = ""
) -> str:
    """A kubeconfig like kind's, or with another context, for a cluster that does not exist."""
    secret = base64.b64encode(b"-----BEGIN CERTIFICATE-----\n").decode()
    authority = base64.b64encode(f"authority of {uid}".encode()).decode()
    context = context or f"kind-{name}"
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": context,
            "clusters": [
                {
                    "name": context,
                    "cluster": {"server": server, "certificate-authority-data": authority},
                }
            ],
            "users": [
                {
                    "name": context,
                    "user": {"client-certificate-data": secret, "client-key-data": secret},
                }
            ],
            "contexts": [{"name": context, "context": {"cluster": context, "user": context}}],
        }
    )
