"""minikube in memory, which prints what the real one printed, in the forms that are used here.

Recorded from minikube 1.38.1 with the docker driver; shortened to what is read.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from components.machine import labels
from tests.unit.components.doubles.docker import Container, Engine, Failure

NO_PROFILE = (
    '{"specversion":"1.0","id":"8f0c","source":"https://minikube.sigs.k8s.io/","type":'
    '"io.k8s.sigs.minikube.info","datacontenttype":"application/json","data":{"message":'
    '"Profile \\"mini\\" not found. Run \\"minikube profile list\\" to view all profiles."}}\n'
    '{"specversion":"1.0","id":"21aa","source":"https://minikube.sigs.k8s.io/","type":'
    '"io.k8s.sigs.minikube.info","datacontenttype":"application/json","data":{"message":'
    '"To start a cluster, run: \\"minikube start -p mini\\""}}\n'
)
HALF_MADE = "null"


def status(*nodes: str, state: str = "Running") -> str:
    """Return what `minikube status --output=json` prints: an object for one node, else a list."""
    shown = [
        {
            "Name": name,
            "Host": state,
            "Kubelet": state,
            "APIServer": "Irrelevant" if number else state,
            "Kubeconfig": "Irrelevant"
            if number
            else ("Configured" if state == "Running" else state),
            "Worker": number > 0,
        }
        for number, name in enumerate(nodes)
    ]
    return json.dumps(shown[0] if len(shown) == 1 else shown)


@dataclass
class ProfileDouble:
    """A profile; `short` names of its nodes, of which the first is empty."""

    uid: str
    nodes: list[str] = field(default_factory=lambda: [""])
    runs: bool = True
    half_made: bool = False
    addons: dict[str, bool] = field(default_factory=dict)
    runtime: str = "containerd"
    version: str = "v1.35.4"

    def names(self, profile: str) -> list[str]:
        return ["-".join(filter(None, (profile, short))) for short in self.nodes]

    def shown(self, name: str) -> dict[str, Any]:
        """Return an entry of `minikube profile list --output=json`."""
        nodes = [
            {"Name": short, "IP": f"172.30.0.{number + 2}", "Port": 8443,
             "ControlPlane": number == 0, "Worker": True}
            for number, short in enumerate(self.nodes)
        ]  # fmt: skip
        kubernetes = {"KubernetesVersion": self.version, "ContainerRuntime": self.runtime}
        config = {
            "Name": name, "Driver": "docker", "Memory": 3072, "CPUs": 2,
            "KubernetesConfig": kubernetes, "Nodes": nodes, "Addons": self.addons or None,
        }  # fmt: skip
        return {"Name": name, "Status": "OK" if self.runs else "Stopped", "Config": config}


@dataclass
class MinikubeDouble:
    """All profiles of a MINIKUBE_HOME, whose nodes are containers of Docker's."""

    profiles: dict[str, ProfileDouble] = field(default_factory=dict)
    refuses: str = ""
    """Error of a dry run; it accepts everything while this is empty."""
    serial: int = 0

    def answer(self, words: list[str], engine: Engine) -> str:
        given = [word.partition("=") for word in words if word.startswith("--")]
        options = {key: value for key, _, value in given}
        name = options.get("--profile", "")
        match [word for word in words if not word.startswith("--")]:
            case ["profile", "list"]:
                valid = [profile.shown(name) for name, profile in self.profiles.items()]
                return json.dumps({"invalid": [], "valid": valid})
            case ["status"]:
                return self._status(name)
            case ["start"] if "--dry-run" in options:
                if self.refuses:
                    raise Failure(self.refuses)
            case ["start"]:
                self._start(name, options, engine)
            case ["update-context"]:
                pass
            case ["delete"]:
                self._delete(name, engine)
            case rest:
                self._change(name, rest, engine)
        return ""

    def _change(self, name: str, words: list[str], engine: Engine) -> None:
        match words:
            case ["node", "add"]:
                profile = self.profiles[name]
                profile.nodes.append(f"m{len(profile.nodes) + 1:02}")
                self._add(profile.names(name)[-1], name, engine)
            case ["node", "delete", short]:
                node = f"{name}-{short}"
                if node not in engine.containers:
                    self.profiles[name].nodes.remove(short)
                    raise Failure("X Exiting due to GUEST_NODE_DELETE: deleting node: no such host")
                self.profiles[name].nodes.remove(short)
                del engine.containers[node]
                engine.members.pop(node, None)
            case ["addons", verb, addon]:
                self.profiles[name].addons[addon] = verb == "enable"
            case _:
                raise AssertionError(f"unknown form of minikube: {words}")

    def _delete(self, name: str, engine: Engine) -> None:
        for node in self.profiles.pop(name, ProfileDouble("")).names(name):
            engine.containers.pop(node, None)
            engine.members.pop(node, None)
        if name in engine.networks:
            engine.answer(["network", "rm", name], None)

    def _status(self, name: str) -> str:
        profile = self.profiles.get(name)
        if profile is None:
            raise Failure("", answer=NO_PROFILE)
        if profile.half_made:
            raise Failure("E1124 status.go: host: state: unknown state", answer=HALF_MADE)
        if not profile.runs:
            raise Failure("", answer=status(*profile.names(name), state="Stopped"))
        return status(*profile.names(name))

    def _start(self, name: str, options: dict[str, str], engine: Engine) -> None:
        if name in self.profiles:
            profile = self.profiles[name]
            profile.runs = True
            for node in profile.names(name):
                engine.containers[node].running = True
            return
        self.serial += 1
        count = int(options["--nodes"])
        shorts = ["", *(f"m{number:02}" for number in range(2, count + 1))]
        profile = self.profiles[name] = ProfileDouble(f"uid-{self.serial}", shorts)
        engine.networks.setdefault(name, {})
        for node in profile.names(name):
            self._add(node, name, engine)

    def _add(self, node: str, network: str, engine: Engine) -> None:
        key, _, value = labels.MINIKUBE.partition("=")
        engine.containers[node] = Container(labels={key: value}, networks={network})
        engine.members[node] = {}
