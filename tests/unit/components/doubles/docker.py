"""Docker in memory: the answers and effects of `docker` in the forms that the package uses."""

import json
from dataclasses import dataclass, field
from typing import Any

_BALANCER = "/usr/local/etc/haproxy/haproxy.cfg"


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
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: 10.0.0.2, bindPort: 6443}
nodeRegistration: {kubeletExtraArgs: {node-ip: 10.0.0.2}}
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
    """A container, running unless set otherwise."""

    image: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    ports: list[dict[str, Any]] = field(default_factory=list)
    networks: set[str] = field(default_factory=set)
    running: bool = True
    files: dict[str, str] = field(default_factory=dict)
    log: str = ""
    published: list[str] = field(default_factory=list)
    binds: list[str] = field(default_factory=list)
    addresses: dict[str, str] = field(default_factory=dict)
    """Address by network, where it is not just `address-of-<name>`."""

    def shown(self, name: str) -> dict[str, Any]:
        """What `docker inspect` shows."""
        bindings = {
            f"{port['containerPort']}/{port['protocol'].lower()}": [
                {"HostIp": port["listenAddress"], "HostPort": str(port["hostPort"])}
            ]
            for port in self.ports
        }
        for published in self.published:
            address, host, inside = published.split(":")
            port, _, protocol = inside.partition("/")
            place = {"HostIp": address, "HostPort": host}
            bindings[f"{port}/{protocol.lower() or 'tcp'}"] = [place]
        return {
            "Id": name,
            "Name": f"/{name}",
            "State": {"Running": self.running},
            "Config": {"Image": self.image, "Labels": self.labels},
            "HostConfig": {"PortBindings": bindings, "Binds": self.binds or None},
            "NetworkSettings": {
                "Networks": {
                    network: {
                        "NetworkID": f"{network}-id",
                        "IPAddress": self.addresses.get(network, f"address-of-{name}"),
                    }
                    for network in self.networks
                }
            },
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
    has_proxy: bool = True
    """Whether the cluster has a kube-proxy."""

    members: dict[str, dict[str, str]] = field(default_factory=dict)
    """The annotations of the nodes that the cluster knows, by name."""
    kubectl: list[str] = field(default_factory=list)
    """What was done to the cluster, in order."""
    budget: str = ""
    """What a drain fails with."""
    persistent_volumes: list[dict[str, Any]] = field(default_factory=list)
    """As the cluster shows them."""
    etcd: list[str] = field(default_factory=list)
    """The names of etcd's members."""
    restarted: list[str] = field(default_factory=list)
    memory: int = 8 << 30
    """Bytes of memory of the machine that Docker runs on."""
    versions: dict[str, str] = field(default_factory=dict)
    """The Kubernetes versions in node images that have another than v1.35.4."""
    subnets: dict[str, list[str]] = field(default_factory=dict)
    """The ranges of networks that have others than those of a cluster's."""

    def answer(self, words: list[str], stdin: str | None) -> str:
        if not self.runs:
            raise Failure("Cannot connect to the Docker daemon. Is the docker daemon running?")
        answer = self._query(words)
        return self._act(words, stdin) if answer is None else answer

    def _query(self, words: list[str]) -> str | None:
        """Return the answer to a query, None for any other command."""
        match words:
            case ["version", *_]:
                return "20.10.24"
            case ["info", "--format", _]:
                return f"{self.memory} /var/lib/docker\n"
            case ["network", "ls", "--quiet"]:
                return "\n".join(self.networks)
            case ["network", "inspect", *names] if len(names) > 1:
                return json.dumps([self._inspect("network", name) for name in names])
            case ["run", "--rm", _, "--entrypoint=cat", image, "/kind/version"]:
                return f"{self.versions.get(image, 'v1.35.4')}\n"
            case ["inspect", *names] if names[0] != "--format":
                return json.dumps([self.containers[name].shown(name) for name in names])
            case [("container" | "network" | "volume") as kind, "inspect", name]:
                return json.dumps([self._inspect(kind, name)])
            case ["ps", "--all", "--quiet", *filters]:
                return "\n".join(self._filtered([each for each in filters if each != "--filter"]))
            case ["logs", "--tail", count, name]:
                return "\n".join(self.containers[name].log.splitlines()[-int(count) :])
        return None

    def _filtered(self, filters: list[str]) -> list[str]:
        kept = list(self.containers)
        for each in filters:
            key, _, value = each.partition("=")
            kind = self._labelled(value) if key == "label" else self._members(value)
            kept = [name for name in kept if name in kind]
        return kept

    def _act(self, words: list[str], stdin: str | None) -> str:
        match words:
            case ["network", verb, *rest]:
                return self._network(verb, rest)
            case ["push", "--quiet", image]:
                self.pushed.append(image)
                return image
            case [("start" | "kill" | "restart") as verb, *rest]:
                return self._signal(verb, rest)
            case ["run", "--detach", *options, image]:
                return self._run(options, image)
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

    def _signal(self, verb: str, rest: list[str]) -> str:
        match verb, rest:
            case "start", names:
                return self._start(names)
            case "kill", ["--signal", "HUP", name]:
                self.containers[name].files["read"] = self.containers[name].files[_BALANCER]
            case "restart", ["--time", _, name]:
                self.restarted.append(name)
                self.containers[name].running = True
            case _:
                raise AssertionError(f"docker {verb} {rest}")
        return ""

    def _run(self, options: list[str], image: str) -> str:
        def given(option: str) -> list[str]:
            return [options[n + 1] for n, word in enumerate(options) if word == option]

        (name,), (network,) = given("--name"), given("--network")
        assert name not in self.containers
        self.containers[name] = Container(
            image=image,
            labels=dict(mark.split("=", 1) for mark in given("--label")),
            networks={network},
            published=given("--publish"),
            binds=[volume for volume in given("--volume") if ":" in volume],
        )
        return name

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
        things = {"network": self.networks, "volume": self.volumes}.get(kind, {})
        name = name.removesuffix("-id") if kind == "network" else name
        if name not in things:
            raise Failure(f"Error: No such {kind}: {name}")
        return {
            "Name": name,
            "Labels": things[name],
            "IPAM": {
                "Config": [
                    {"Subnet": subnet, "Gateway": "172.30.0.1"}
                    for subnet in self.subnets.get(name, ["fc00::/64", "172.30.0.0/16"])
                ]
            },
            "Containers": {n: {"Name": n} for n in self._members(name)},
        }

    def _members(self, network: str) -> set[str]:
        return {name for name, each in self.containers.items() if network in each.networks}

    def _network(self, verb: str, rest: list[str]) -> str:
        match verb, rest:
            case "create", ["--label", label, name]:
                key, _, value = label.partition("=")
                self.networks[name] = {key: value}
            case "create", ["--label", label, "--subnet", "172.30.0.0/16", name]:
                key, _, value = label.partition("=")
                self.networks[name] = {key: value}
            case "create", [*options, name]:
                marks = [each.removeprefix("--label=") for each in options if "label" in each]
                self.networks[name] = dict(mark.split("=", 1) for mark in marks)
            case "connect", ["--ip", address, name, container]:
                self.containers[container].networks.add(name)
                self.containers[container].addresses[name] = address
            case "connect", [name, container]:
                self.containers[container].networks.add(name)
                self.containers[container].addresses.pop(name, None)
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

    def _known(self) -> list[dict[str, Any]]:
        """The nodes that the cluster knows, as it shows them."""
        role = "node-role.kubernetes.io/control-plane"
        return [
            {
                "metadata": {
                    "name": name,
                    "annotations": annotations,
                    "labels": {role: ""} if "-control-plane" in name else {},
                }
            }
            for name, annotations in self.members.items()
        ]

    def _get(self, kind: str) -> str:
        if kind == "daemonset":
            return "daemonset.apps/kube-proxy\n" if self.has_proxy else ""
        known = {"nodes": self._known(), "persistentvolumes": self.persistent_volumes}
        return json.dumps({"items": known[kind]})

    def _kubectl(self, words: list[str]) -> str:
        match words:
            case ["get", kind, *_]:
                return self._get(kind)
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

    def kubectl_from_outside(self, words: list[str]) -> str:
        """Return what `kubectl` answers for a cluster that is reached from outside."""
        return self._kubectl(words)

    def _node_answer(self, name: str, command: list[str], files: dict[str, str]) -> str | None:
        """Return what the programs of a Kubernetes node answer; None for any other command."""
        match command:
            case ["kubectl", "--kubeconfig=/etc/kubernetes/admin.conf", *rest]:
                return self._kubectl(rest)
            case ["kubeadm", "token", "create", _]:
                return "a-token\n"
            case ["kubeadm", "init", "phase", "upload-certs", *_]:
                return "[upload-certs] Using certificate key:\na-certificate-key\n"
            case ["kubeadm", "join", "--config", path]:
                assert "a-token" in files[path]
                self.members[name] = {}
                if "a-certificate-key" in files[path]:
                    self.etcd.append(name)
                return ""
            case ["cat", "/kind/kubeadm.conf"] if "/kind/kubeadm.conf" not in files:
                return KUBEADM
            case ["sh", "-c", script] if script.startswith("until "):
                return ""
            case ["curl", *_, body, url] if ":2379/" in url:
                return self._etcd(json.loads(body), url.rpartition("/")[2])
        return None

    def _etcd(self, body: dict[str, str], verb: str) -> str:
        if verb == "remove":
            del self.etcd[int(body["ID"])]
        return json.dumps({"members": [{"ID": str(n), "name": m} for n, m in enumerate(self.etcd)]})

    def _exec(self, words: list[str], stdin: str | None) -> str:
        name, *command = words
        if name not in self.containers or not self.containers[name].running:
            raise Failure(f"Error response from daemon: Container {name} is not running")
        files = self.containers[name].files
        answer = self._node_answer(name, command, files)
        if answer is not None:
            return answer
        match command:
            case ["cat", path]:
                if path not in files:
                    raise Failure(f"cat: {path}: No such file or directory")
                return files[path]
            case ["cp", "/dev/stdin", path]:
                files[path] = str(stdin)
            case ["sh", "-c", script] if script.startswith("for file in "):
                self._forget_mirrors(files, script)
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

    def _forget_mirrors(self, files: dict[str, str], script: str) -> None:
        kept = [word.removesuffix(")") for word in script.split() if word.endswith(")")]
        for path in [path for path in files if path.startswith("/etc/containerd/certs.d/")]:
            host = path.split("/")[4]
            if host not in kept and "# A mirror of the stack file." in files[path]:
                del files[path]
