"""A container engine in memory: what `docker` says and does in the forms that we use."""

import json
from dataclasses import dataclass, field
from typing import Any


class Failure(Exception):
    """A command's exit code is not 0; the message is what it prints of that, `answer` the rest."""

    def __init__(self, message: str, answer: str = "") -> None:
        super().__init__(message)
        self.answer = answer


KUBEADM = """\
kind: ClusterConfiguration
controlPlaneEndpoint: shop-control-plane:6443
---
apiVersion: kubeadm.k8s.io/v1beta3
kind: JoinConfiguration
controlPlane: {localAPIEndpoint: {advertiseAddress: 10.0.0.2}}
nodeRegistration:
  criSocket: unix:///run/containerd/containerd.sock
  kubeletExtraArgs: {node-ip: 10.0.0.2, node-labels: ""}
"""
"""What kind wrote into a control plane, shortened."""


@dataclass
class Container:
    """A container, running unless told otherwise."""

    image: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    ports: list[dict[str, Any]] = field(default_factory=list)
    networks: set[str] = field(default_factory=set)
    running: bool = True
    files: dict[str, str] = field(default_factory=dict)
    log: str = ""

    def shown(self, name: str) -> dict[str, Any]:
        """What `docker inspect` shows."""
        bindings = {
            f"{port['containerPort']}/tcp": [{"HostPort": str(port["hostPort"])}]
            for port in self.ports
        }
        return {
            "Id": name,
            "Name": f"/{name}",
            "State": {"Running": self.running},
            "Config": {"Image": self.image, "Labels": self.labels},
            "HostConfig": {"PortBindings": bindings},
            "NetworkSettings": {"Networks": {n: {"NetworkID": f"{n}-id"} for n in self.networks}},
        }


@dataclass
class Engine:
    """Containers, and the labels of networks and volumes, by name."""

    containers: dict[str, Container] = field(default_factory=dict)
    networks: dict[str, dict[str, str] | None] = field(default_factory=dict)
    volumes: dict[str, dict[str, str] | None] = field(default_factory=dict)
    pushed: list[str] = field(default_factory=list)
    runs: bool = True
    ready: bool = True
    """Whether nodes get ready."""
    members: dict[str, dict[str, str]] = field(default_factory=dict)
    """The annotations of the nodes that the cluster knows, by name."""
    kubectl: list[str] = field(default_factory=list)
    """What was done to the cluster, in order."""
    budget: str = ""
    """What a drain fails with."""

    def answer(self, words: list[str], stdin: str | None) -> str:
        if not self.runs:
            raise Failure("Cannot connect to the Docker daemon. Is the docker daemon running?")
        told = self._tell(words)
        return self._act(words, stdin) if told is None else told

    def _tell(self, words: list[str]) -> str | None:
        """The answer to a question, None if it is none."""
        match words:
            case ["version", *_]:
                return "20.10.24"
            case ["inspect", *names] if names[0] != "--format":
                return json.dumps([self.containers[name].shown(name) for name in names])
            case [("container" | "network" | "volume") as kind, "inspect", name]:
                return json.dumps([self._inspect(kind, name)])
            case ["ps", "--all", "--quiet", "--filter", label]:
                return "\n".join(self._labelled(label.removeprefix("label=")))
            case ["ps", "--all", "--quiet", "--filter", label, "--filter", network]:
                members = self._members(network.removeprefix("network="))
                return "\n".join(members & set(self._labelled(label.removeprefix("label="))))
            case ["logs", "--tail", count, name]:
                return "\n".join(self.containers[name].log.splitlines()[-int(count) :])
        return None

    def _act(self, words: list[str], stdin: str | None) -> str:
        match words:
            case ["network", verb, *rest]:
                return self._network(verb, rest)
            case ["push", "--quiet", image]:
                self.pushed.append(image)
                return image
            case ["start", *names]:
                return self._start(names)
            case ["run", "--detach", "--tty", "--name", name, *options, image]:
                marks = [options[n + 1] for n, word in enumerate(options) if word == "--label"]
                network = options[options.index("--network") + 1]
                self.containers[name] = Container(
                    image=image,
                    labels=dict(mark.split("=", 1) for mark in marks),
                    networks={network},
                )
                return name
            case ["container" | "rm", *_, "--force", "--volumes", name]:
                del self.containers[name]
                return ""
            case ["inspect", "--format", _, name]:
                return f"address-of-{name}"
            case ["tag", *_]:
                raise Failure("Error response from daemon: No such image")
            case ["exec", *rest]:
                return self._exec([word for word in rest if word != "-i"], stdin)
        raise AssertionError(f"a form of docker that is not known here: {words}")

    def remove(self, label: str) -> str:
        for name in self._labelled(label):
            del self.containers[name]
        return ""

    def _labelled(self, label: str) -> list[str]:
        key, _, value = label.partition("=")
        return [name for name, c in self.containers.items() if c.labels.get(key) == value]

    def _inspect(self, kind: str, name: str) -> dict[str, Any]:
        if kind == "container" and name in self.containers:
            return self.containers[name].shown(name)
        found = {"network": self.networks, "volume": self.volumes}.get(kind, {})
        name = name.removesuffix("-id") if kind == "network" else name
        if name not in found:
            raise Failure(f"Error: No such {kind}: {name}")
        return {
            "Name": name,
            "Labels": found[name],
            "Containers": {n: {"Name": n} for n in self._members(name)},
            "IPAM": {"Config": [{"Subnet": "172.30.0.0/16", "Gateway": "172.30.0.1"}]},
        }

    def _members(self, network: str) -> set[str]:
        return {name for name, one in self.containers.items() if network in one.networks}

    def _network(self, verb: str, rest: list[str]) -> str:
        match verb, rest:
            case "create", ["--label", label, name]:
                key, _, value = label.partition("=")
                self.networks[name] = {key: value}
            case "create", [*options, name]:
                marks = [one.removeprefix("--label=") for one in options if "label" in one]
                self.networks[name] = dict(mark.split("=", 1) for mark in marks)
            case "connect", [*_, name, container]:
                self.containers[container].networks.add(name)
            case "disconnect", ["--force", name, container]:
                self.containers[container].networks.remove(name)
            case "rm", [name]:
                if any(name in c.networks for c in self.containers.values()):
                    raise Failure(f"error while removing network: {name} has active endpoints")
                del self.networks[name]
            case _:
                raise AssertionError(f"docker network {verb} {rest}")
        return ""

    def _start(self, names: list[str]) -> str:
        for name in names:
            if name not in self.containers:
                raise Failure(f"Error response from daemon: No such container: {name}")
            lost = self.containers[name].networks - set(self.networks)
            if lost:
                raise Failure(f"Error response from daemon: network {lost.pop()}-id not found")
            self.containers[name].running = True
        return ""

    def _kubectl(self, words: list[str]) -> str:
        match words:
            case ["get", "nodes", "--output=json"]:
                items = [
                    {"metadata": {"name": name, "annotations": annotations}}
                    for name, annotations in self.members.items()
                ]
                return json.dumps({"items": items})
            case ["wait", *_]:
                if not self.ready:
                    raise Failure("error: timed out waiting for the condition on nodes/a-worker")
                return ""
            case ["delete", ("node" | "nodes"), *names]:
                for name in names:
                    if self.members.pop(name, None) is not None:
                        self.kubectl.append(f"delete {name}")
                return ""
            case ["annotate", "node", name, change, *_]:
                key, _, value = change.rstrip("-").partition("=")
                if change.endswith("-"):
                    del self.members[name][key]
                else:
                    self.members[name][key] = value
                return ""
            case ["drain", *_] if self.budget:
                raise Failure(self.budget)
        self.kubectl.append(" ".join(word for word in words if not word.startswith("--")))
        return ""

    def asked(self, words: list[str]) -> str:
        """What `kubectl` answers for a cluster that is reached from outside."""
        return self._kubectl(words)

    def _tell_of_node(self, name: str, command: list[str], files: dict[str, str]) -> str | None:
        """What the programs of a Kubernetes node answer; None for any other command."""
        match command:
            case ["kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", *rest]:
                return self._kubectl(rest)
            case ["kubeadm", "token", "create", _]:
                return "a-token\n"
            case ["kubeadm", "join", "--config", path]:
                assert "a-token" in files[path]
                self.members[name] = {}
                return ""
            case ["cat", "/kind/kubeadm.conf"]:
                return KUBEADM
            case ["sh", "-c", script] if script.startswith("until ctr"):
                return ""
        return None

    def _exec(self, words: list[str], stdin: str | None) -> str:
        name, *command = words
        if name not in self.containers or not self.containers[name].running:
            raise Failure(f"Error response from daemon: Container {name} is not running")
        files = self.containers[name].files
        told = self._tell_of_node(name, command, files)
        if told is not None:
            return told
        match command:
            case ["cat", path]:
                if path not in files:
                    raise Failure(f"cat: {path}: No such file or directory")
                return files[path]
            case ["sh", "-c", script]:
                text = script.removeprefix("echo ").partition(" >")[0] + "\n"
                files[script.rpartition(" ")[2]] = text if stdin is None else stdin
            case ["ctr", "--namespace=k8s.io", "images", "pull", _, _]:
                return ""
            case ["curl", *_]:
                files["asked for"] = command[-1]
            case _:
                raise AssertionError(f"docker exec {words}")
        return ""
