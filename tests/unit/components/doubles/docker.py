"""Docker in memory: the answers and effects of `docker` in the forms that the package uses."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.unit.components.doubles.kubernetes import Failure, Kubernetes

_BALANCER = "/usr/local/etc/haproxy/haproxy.cfg"


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
    settings: dict[str, Any] = field(default_factory=dict)
    """What `Config` shows beside image and labels."""
    host: dict[str, Any] = field(default_factory=dict)
    """What `HostConfig` shows beside ports and binds."""
    options: list[str] = field(default_factory=list)
    """Options that `docker run` was given."""

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
            "Config": {**self.settings, "Image": self.image, "Labels": self.labels},
            "HostConfig": {**self.host, "PortBindings": bindings, "Binds": self.binds or None},
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
class Engine(Kubernetes):
    """Containers, and the labels of networks and volumes, by name."""

    containers: dict[str, Container] = field(default_factory=dict)
    networks: dict[str, dict[str, str] | None] = field(default_factory=dict)
    volumes: dict[str, dict[str, str] | None] = field(default_factory=dict)
    pushed: list[str] = field(default_factory=list)
    runs: bool = True
    restarted: list[str] = field(default_factory=list)
    memory: int = 8 << 30
    """Bytes of memory of the machine that Docker runs on."""
    operating_system: str = "Debian GNU/Linux 12 (bookworm)"
    security: list[str] | None = field(default_factory=lambda: ["name=seccomp,profile=default"])
    """Security options; None where Docker has none."""
    versions: dict[str, str] = field(default_factory=dict)
    """The Kubernetes versions in node images that have another than v1.35.4."""
    subnets: dict[str, list[str]] = field(default_factory=dict)
    """The ranges of networks that have others than those of a cluster's."""
    network_settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What networks show beside their labels, ranges and members."""
    created: dict[str, list[str]] = field(default_factory=dict)
    """Options with which each network was made last."""
    absent_images: set[str] = field(default_factory=set[str])
    """The images that Docker has to pull."""

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
            case ["info", "--format", form]:
                system = json.dumps([self.operating_system, self.security])
                return system if "json" in form else f"{self.memory} /var/lib/docker\n"
            case ["network", "ls", "--quiet"]:
                return "\n".join(self.networks)
            case ["network", "inspect", *names] if len(names) > 1:
                return json.dumps([self._inspect("network", name) for name in names])
            case ["run", "--rm", _, "--entrypoint=cat", image, "/kind/version"]:
                return f"{self.versions.get(image, 'v1.35.4')}\n"
            case ["inspect", *names] if names[0] != "--format":
                return json.dumps([self.containers[name].shown(name) for name in names])
            case [("container" | "image" | "network" | "volume") as kind, "inspect", name]:
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
            case ["pull", image] | ["tag", _, image]:
                self.absent_images.discard(image)
                return f"Status: Downloaded newer image for {image}"
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
            options=options,
        )
        for address in given("--ip"):
            self.containers[name].addresses[network] = address
        return name

    def remove(self, label: str) -> str:
        for name in self._labelled(label):
            del self.containers[name]
        return ""

    def _labelled(self, label: str) -> list[str]:
        key, _, value = label.partition("=")
        return [name for name, c in self.containers.items() if c.labels.get(key) == value]

    def _inspect(self, kind: str, name: str) -> dict[str, Any]:
        if kind == "image" and name not in self.absent_images:
            return {"RepoTags": [name]}
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
            **self.network_settings.get(name, {}),
        }

    def _members(self, network: str) -> set[str]:
        return {name for name, each in self.containers.items() if network in each.networks}

    def _network(self, verb: str, rest: list[str]) -> str:
        match verb, rest:
            case "create", [*options, name]:
                words = " ".join(options).replace("--label ", "--label=").split()
                marks = [word.removeprefix("--label=") for word in words if "--label" in word]
                self.networks[name] = dict(mark.split("=", 1) for mark in marks)
                self.created[name] = options
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

    def _exec(self, words: list[str], stdin: str | None) -> str:
        name, *command = words
        files = self._files(name)
        answer = self.node_answer(name, command, files)
        if answer is not None:
            return answer
        match command:
            case ["cat" | "ls" as verb, *_, path]:
                return self._read(verb, path, files)
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

    def _files(self, name: str) -> dict[str, str]:
        """The files in a running container."""
        if name not in self.containers:
            raise Failure(f"Error response from daemon: No such container: {name}")
        if not self.containers[name].running:
            raise Failure(f"Error response from daemon: Container {name} is not running")
        return self.containers[name].files

    def _read(self, verb: str, path: str, files: dict[str, str]) -> str:
        """Return a file, or the files in a folder."""
        inside = [file for file in files if file.startswith(f"{path}/")]
        if (verb == "cat" and path not in files) or (verb == "ls" and not inside):
            raise Failure(f"{verb}: {path}: No such file or directory")
        return files[path] if verb == "cat" else "\n".join(inside)

    def _forget_mirrors(self, files: dict[str, str], script: str) -> None:
        kept = [word.removesuffix(")") for word in script.split() if word.endswith(")")]
        for path in [path for path in files if path.startswith("/etc/containerd/certs.d/")]:
            host = path.split("/")[4]
            if host not in kept and "# A mirror of the stack file." in files[path]:
                del files[path]
