"""A container's checked inputs in the words of docker-py's `create_container`."""

import re
from typing import Any

from standins.docker_plugin.bridged.pairs import pairs_to_map
from standins.docker_plugin.values import Properties, array_or_empty, object_or_empty

MEGABYTE = 1024 * 1024
_UNITS_IN_NS = {"h": 3_600_000_000_000, "m": 60_000_000_000, "s": 1_000_000_000, "ms": 1_000_000}


def create_arguments(api: Any, inputs: Properties) -> Properties:
    """Return the keyword arguments of `create_container`; what is absent is left to Docker."""
    ports = array_or_empty(inputs.get("ports"))
    return {
        "image": inputs["image"],
        "name": inputs["name"],
        "command": inputs.get("command"),
        "entrypoint": inputs.get("entrypoints") or None,
        "environment": inputs.get("envs"),
        "labels": pairs_to_map(inputs.get("labels")),
        "hostname": inputs.get("hostname"),
        "domainname": inputs.get("domainname"),
        "user": inputs.get("user") or None,
        "working_dir": inputs.get("workingDir") or None,
        "tty": inputs.get("tty") or False,
        "stdin_open": inputs.get("stdinOpen") or False,
        "stop_signal": inputs.get("stopSignal"),
        "stop_timeout": inputs.get("stopTimeout"),
        "runtime": inputs.get("runtime"),
        "healthcheck": _healthcheck(inputs.get("healthcheck")),
        "ports": [(str(port["internal"]), port["protocol"]) for port in ports],
        "volumes": _anonymous_volumes(inputs),
        "host_config": api.create_host_config(**_host_config(inputs)),
    }


def limits(inputs: Properties) -> Properties:
    """Return what can change on a running container, for `update_container` too."""
    policy: Properties = {"Name": inputs.get("restart") or "no"}
    if policy["Name"] == "on-failure":
        policy["MaximumRetryCount"] = inputs.get("maxRetryCount") or 0
    swap = inputs.get("memorySwap")
    return {
        "restart_policy": policy,
        "mem_limit": _bytes(inputs.get("memory")),
        "mem_reservation": _bytes(inputs.get("memoryReservation")),
        "memswap_limit": swap if swap == -1 else _bytes(swap),
        "cpu_shares": inputs.get("cpuShares") or None,
        "cpuset_cpus": inputs.get("cpuSet") or None,
    }


def _host_config(inputs: Properties) -> Properties:
    capabilities: Properties = object_or_empty(inputs.get("capabilities"))
    options: Properties = {
        **limits(inputs),
        "auto_remove": inputs.get("rm") or False,
        "binds": _binds(inputs),
        "volumes_from": _volumes_from(inputs),
        "mounts": [_mount(mount) for mount in array_or_empty(inputs.get("mounts"))] or None,
        "port_bindings": _port_bindings(inputs) or None,
        "publish_all_ports": inputs.get("publishAllPorts") or False,
        "network_mode": inputs.get("networkMode"),
        "privileged": inputs.get("privileged") or False,
        "cap_add": capabilities.get("adds"),
        "cap_drop": capabilities.get("drops"),
        "read_only": inputs.get("readOnly"),
        "extra_hosts": [
            f"{host['host']}:{host['ip']}" for host in array_or_empty(inputs.get("hosts"))
        ]
        or None,
        "devices": [_device(device) for device in array_or_empty(inputs.get("devices"))] or None,
        "ulimits": [
            {"Name": limit["name"], "Soft": limit["soft"], "Hard": limit["hard"]}
            for limit in array_or_empty(inputs.get("ulimits"))
        ]
        or None,
        "log_config": _log_config(inputs),
        "shm_size": _bytes(inputs.get("shmSize")),
    }
    for name, option in _SAME_VALUE.items():
        options[option] = inputs.get(name)
    return {name: value for name, value in options.items() if value is not None}


_SAME_VALUE = {
    "cgroupParent": "cgroup_parent",
    "cgroupnsMode": "cgroupns",
    "dns": "dns",
    "dnsOpts": "dns_opt",
    "dnsSearches": "dns_search",
    "groupAdds": "group_add",
    "init": "init",
    "ipcMode": "ipc_mode",
    "pidMode": "pid_mode",
    "securityOpts": "security_opt",
    "storageOpts": "storage_opt",
    "sysctls": "sysctls",
    "tmpfs": "tmpfs",
    "usernsMode": "userns_mode",
}


def _bytes(megabytes: int | None) -> int | None:
    return megabytes * MEGABYTE if megabytes else None


def _binds(inputs: Properties) -> list[str] | None:
    binds: list[str] = []
    for volume in array_or_empty(inputs.get("volumes")):
        source = volume.get("hostPath") or volume.get("volumeName")
        if not source or not volume.get("containerPath"):
            continue
        options = [volume.get("selinuxRelabel") or "", "ro" if volume.get("readOnly") else "rw"]
        binds.append(":".join([source, volume["containerPath"], ",".join(filter(None, options))]))
    return binds or None


def _anonymous_volumes(inputs: Properties) -> list[str] | None:
    paths = [
        volume["containerPath"]
        for volume in array_or_empty(inputs.get("volumes"))
        if volume.get("containerPath") and not (volume.get("hostPath") or volume.get("volumeName"))
    ]
    return paths or None


def _volumes_from(inputs: Properties) -> list[str] | None:
    volumes = array_or_empty(inputs.get("volumes"))
    return [volume["fromContainer"] for volume in volumes if volume.get("fromContainer")] or None


def _port_bindings(inputs: Properties) -> dict[str, list[tuple[str, int | None]]]:
    bindings: dict[str, list[tuple[str, int | None]]] = {}
    for port in array_or_empty(inputs.get("ports")):
        key = f"{port['internal']}/{port['protocol']}"
        bindings.setdefault(key, []).append((port["ip"], port.get("external") or None))
    return bindings


def _mount(mount: Properties) -> Properties:
    result: Properties = {
        "Target": mount["target"],
        "Source": mount.get("source") or "",
        "Type": mount["type"],
        "ReadOnly": mount.get("readOnly") or False,
    }
    if bind := mount.get("bindOptions"):
        result["BindOptions"] = {"Propagation": bind.get("propagation") or ""}
    if tmpfs := mount.get("tmpfsOptions"):
        result["TmpfsOptions"] = {
            "SizeBytes": tmpfs.get("sizeBytes") or 0,
            "Mode": tmpfs.get("mode") or 0,
        }
    if volume := mount.get("volumeOptions"):
        result["VolumeOptions"] = {
            "NoCopy": volume.get("noCopy") or False,
            "Labels": pairs_to_map(volume.get("labels")),
            "DriverConfig": {
                "Name": volume.get("driverName") or "",
                "Options": object_or_empty(volume.get("driverOptions")),
            },
        }
    return result


def _device(device: Properties) -> str:
    inside = device.get("containerPath") or device["hostPath"]
    return f"{device['hostPath']}:{inside}:{device.get('permissions') or 'rwm'}"


def _log_config(inputs: Properties) -> Properties | None:
    driver, options = inputs.get("logDriver"), inputs.get("logOpts")
    return {"Type": driver or "", "Config": options or {}} if driver or options else None


def _healthcheck(check: Properties | None) -> Properties | None:
    if not check:
        return None
    return {
        "test": check["tests"],
        "interval": nanoseconds(check.get("interval") or "0s"),
        "timeout": nanoseconds(check.get("timeout") or "0s"),
        "start_period": nanoseconds(check.get("startPeriod") or "0s"),
        "retries": check.get("retries") or 0,
    }


def nanoseconds(duration: str) -> int:
    """Return a duration such as `1m30s` or `500ms` in nanoseconds."""
    parts = re.findall(r"([0-9.]+)(ms|s|m|h)", duration)
    return round(sum(float(number) * _UNITS_IN_NS[unit] for number, unit in parts))
