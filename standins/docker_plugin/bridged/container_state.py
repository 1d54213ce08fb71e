"""A container's state as the vendor writes it, from the inputs and Docker's answer."""

from typing import Any

from standins.docker_plugin.bridged.container_config import MEGABYTE
from standins.docker_plugin.bridged.container_schema import CONTAINER
from standins.docker_plugin.bridged.schema import Kind, is_blank, zero
from standins.docker_plugin.bridged.shapes import absent, as_state
from standins.docker_plugin.values import Properties, array_or_empty, object_or_empty

_EMPTY_ONCE_READ = (
    "dns",
    "dnsOpts",
    "dnsSearches",
    "groupAdds",
    "logOpts",
    "storageOpts",
    "sysctls",
    "tmpfs",
)


def unread_state(id: str, inputs: Properties) -> Properties:
    """Return the state of a container just made and not yet looked at."""
    state: Properties = {"id": id}
    for name, item in CONTAINER.properties.items():
        if name in inputs:
            state[name] = as_state(item, inputs[name], created=True)
        elif item.kind is Kind.SET and item.computed:
            state[name] = []
        else:
            state[name] = absent(item)
    return state


def known_state(olds: Properties) -> Properties:
    """Return an old state in the form that a refresh gives it, before Docker's answer."""
    state: Properties = {}
    for name, item in CONTAINER.properties.items():
        old = olds.get(name)
        if old is None:
            state[name] = zero(item) if name in _EMPTY_ONCE_READ else absent(item)
        else:
            state[name] = as_state(item, old, created=False)
    return state


def read_state(basis: Properties, inspected: Properties) -> Properties:
    """Return the state with what Docker says about the container.

    Inputs: the state so far and the answer to an inspection. Environment, labels, mounts and
    the like stay as the program wrote them: Docker mixes the image's own into its answer.
    """
    config, host = inspected["Config"], inspected["HostConfig"]
    running: bool = inspected["State"]["Running"]
    state = {
        **basis,
        "bridge": inspected["NetworkSettings"].get("Bridge") or "",
        "command": array_or_empty(config.get("Cmd")),
        "cpuSet": host.get("CpusetCpus") or "",
        "cpuShares": host.get("CpuShares") or 0,
        "domainname": config.get("Domainname") or "",
        "entrypoints": array_or_empty(config.get("Entrypoint")),
        "hostname": config.get("Hostname") or "",
        "id": inspected["Id"],
        "init": bool(host.get("Init")),
        "ipcMode": host.get("IpcMode") or "",
        "logDriver": object_or_empty(host.get("LogConfig")).get("Type") or "",
        "maxRetryCount": host["RestartPolicy"].get("MaximumRetryCount") or 0,
        "memory": (host.get("Memory") or 0) // MEGABYTE,
        "memorySwap": _swap(basis, host.get("MemorySwap") or 0),
        "name": inspected["Name"].lstrip("/"),
        "networkDatas": _networks(inspected["NetworkSettings"].get("Networks") or {}),
        "networkMode": _network_mode(basis, host.get("NetworkMode") or ""),
        "platform": inspected.get("Platform") or "",
        "ports": _ports(basis, inspected) if running else [],
        "privileged": host.get("Privileged") or False,
        "publishAllPorts": host.get("PublishAllPorts") or False,
        "readOnly": host.get("ReadonlyRootfs") or False,
        "restart": host["RestartPolicy"].get("Name") or "no",
        "rm": host.get("AutoRemove") or False,
        "runtime": host.get("Runtime") or "",
        "securityOpts": array_or_empty(host.get("SecurityOpt")),
        "shmSize": (host.get("ShmSize") or 0) // MEGABYTE,
        "stdinOpen": config.get("OpenStdin") or False,
        "stopSignal": config.get("StopSignal") or "",
        "stopTimeout": config.get("StopTimeout") or 0,
        "tty": config.get("Tty") or False,
        "user": config.get("User") or "",
        "usernsMode": host.get("UsernsMode") or "",
        "workingDir": config.get("WorkingDir") or "",
    }
    if not running:
        state["exitCode"] = inspected["State"].get("ExitCode")
        state["mustRun"] = False
    if is_blank(state.get("image")):
        state["image"] = inspected.get("Image")
    return state


def _swap(basis: Properties, inspected: int) -> int:
    # Docker doubles the memory when swap is not set; reported back, that would be
    # a change on every run.
    if is_blank(basis.get("memorySwap")):
        return 0
    return inspected // MEGABYTE if inspected > 0 else inspected


def _network_mode(basis: Properties, inspected: str) -> str:
    # Docker replaces the name in `container:NAME` by an id.
    desired = basis.get("networkMode") or ""
    return desired if desired.startswith("container:") else inspected


def _networks(networks: Properties) -> list[Properties]:
    return [
        {
            "gateway": network.get("Gateway") or "",
            "globalIpv6Address": network.get("GlobalIPv6Address") or "",
            "globalIpv6PrefixLength": network.get("GlobalIPv6PrefixLen") or 0,
            "ipAddress": network.get("IPAddress") or "",
            "ipPrefixLength": network.get("IPPrefixLen") or 0,
            "ipv6Gateway": network.get("IPv6Gateway") or "",
            "macAddress": network.get("MacAddress") or "",
            "networkName": name,
        }
        for name, network in sorted(networks.items())
    ]


def _ports(basis: Properties, inspected: Properties) -> list[Properties]:
    """Return the desired ports with the host ports that Docker chose; drop unbound ones."""
    bound: Properties = inspected["NetworkSettings"].get("Ports") or {}
    ports: list[Properties] = []
    for port in array_or_empty(basis.get("ports")):
        bindings: list[Any] = bound.get(f"{port['internal']}/{port['protocol']}") or []
        at_address = [b for b in bindings if b.get("HostIp") == port["ip"]]
        fitting = [b for b in at_address if int(b["HostPort"]) == port.get("external")]
        chosen = fitting or at_address or bindings
        if chosen:
            ports.append({**port, "external": int(chosen[0]["HostPort"])})
    return ports
