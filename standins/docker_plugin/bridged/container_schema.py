"""The properties of Container, as the vendor's 5.1.0 has them."""

from standins.docker_plugin.bridged.schema import Kind, Property, Schema

_S, _I, _B = Kind.STRING, Kind.INT, Kind.BOOL
_DURATION = r"([0-9.]+(ms|s|m|h))+"

LABELS = {
    "label": Property(_S, required=True, replaces=True),
    "value": Property(_S, required=True, replaces=True),
}
_VOLUME_OPTIONS = {
    "driverName": Property(_S),
    "driverOptions": Property(Kind.MAP),
    "labels": Property(Kind.SET, LABELS, is_block=True),
    "noCopy": Property(_B),
    "subpath": Property(_S, served=False),
}
_MOUNTS = {
    "target": Property(_S, required=True),
    "source": Property(_S),
    "type": Property(_S, required=True, pattern="bind|volume|tmpfs"),
    "readOnly": Property(_B),
    "bindOptions": Property(
        Kind.OBJECT,
        {"propagation": Property(_S, pattern="private|rprivate|shared|rshared|slave|rslave")},
    ),
    "tmpfsOptions": Property(Kind.OBJECT, {"mode": Property(_I), "sizeBytes": Property(_I)}),
    "volumeOptions": Property(Kind.OBJECT, _VOLUME_OPTIONS),
}
_NETWORKS = {
    "name": Property(_S, required=True, replaces=True),
    "aliases": Property(Kind.SET, replaces=True, is_block=True),
    "driverOpts": Property(Kind.SET, replaces=True, is_block=True, served=False),
    "gwPriority": Property(_I, served=False),
    "ipv4Address": Property(_S, replaces=True),
    "ipv6Address": Property(_S, replaces=True),
    "linkLocalIps": Property(Kind.SET, replaces=True, is_block=True),
    "macAddress": Property(_S, replaces=True),
}
_NETWORK_DATA = {
    "gateway": Property(_S, computed=True),
    "globalIpv6Address": Property(_S, computed=True),
    "globalIpv6PrefixLength": Property(_I, computed=True),
    "ipAddress": Property(_S, computed=True),
    "ipPrefixLength": Property(_I, computed=True),
    "ipv6Gateway": Property(_S, computed=True),
    "macAddress": Property(_S, computed=True),
    "networkName": Property(_S, computed=True),
}
_PORTS = {
    "internal": Property(_I, required=True, replaces=True),
    "external": Property(_I, computed=True, replaces=True),
    "ip": Property(_S, default="0.0.0.0", replaces=True),
    "protocol": Property(_S, default="tcp", replaces=True),
}
_UPLOADS = {
    "file": Property(_S, required=True, replaces=True),
    "content": Property(_S, replaces=True),
    "contentBase64": Property(_S, replaces=True),
    "source": Property(_S, replaces=True),
    "sourceHash": Property(_S, replaces=True),
    "executable": Property(_B, default=False, replaces=True),
    "permissions": Property(_S, replaces=True, pattern="0[0-7]{3}"),
}
_VOLUMES = {
    "containerPath": Property(_S, replaces=True),
    "fromContainer": Property(_S, replaces=True),
    "hostPath": Property(_S, replaces=True, pattern="/.*"),
    "readOnly": Property(_B, replaces=True),
    "selinuxRelabel": Property(_S, replaces=True, pattern="[zZ]"),
    "volumeName": Property(_S, replaces=True),
}
_HEALTHCHECK = {
    "tests": Property(Kind.LIST, terraform_name="test", required=True),
    "interval": Property(_S, default="0s", pattern=_DURATION),
    "timeout": Property(_S, default="0s", pattern=_DURATION),
    "startPeriod": Property(_S, default="0s", pattern=_DURATION),
    "startInterval": Property(_S, default="0s", served=False),
    "retries": Property(_I, default=0),
}
_HOSTS = {
    "host": Property(_S, required=True, replaces=True),
    "ip": Property(_S, required=True, replaces=True),
}
_DEVICES = {
    "hostPath": Property(_S, required=True, replaces=True),
    "containerPath": Property(_S, replaces=True),
    "permissions": Property(_S, replaces=True),
}
_ULIMITS = {
    "name": Property(_S, required=True, replaces=True),
    "soft": Property(_I, required=True, replaces=True),
    "hard": Property(_I, required=True, replaces=True),
}
_CAPABILITIES = {
    "adds": Property(Kind.SET, terraform_name="add", replaces=True, is_block=True),
    "drops": Property(Kind.SET, terraform_name="drop", replaces=True, is_block=True),
}
_RATES = {"path": Property(_S, required=True), "rate": Property(_I, required=True)}


def _array(kind: Kind, **options: object) -> Property:
    return Property(kind, is_block=True, **options)  # pyright: ignore[reportArgumentType]


CONTAINER = Schema(
    token="docker:index/container:Container",
    delete_first=True,
    state_version="2",
    has_timeouts=True,
    properties={
        "attach": Property(_B, default=False, served=False),
        "bridge": Property(_S, is_input=False, computed=True),
        "capabilities": Property(Kind.OBJECT, _CAPABILITIES, replaces=True),
        "cgroupParent": Property(_S, replaces=True),
        "cgroupnsMode": Property(_S, replaces=True, pattern="private|host"),
        "command": Property(Kind.LIST, computed=True, replaces=True),
        "containerLogs": Property(_S, is_input=False, computed=True),
        "containerReadRefreshTimeoutMilliseconds": Property(_I, default=15000),
        "cpuPeriod": Property(_I, served=False),
        "cpuQuota": Property(_I, served=False),
        "cpuSet": Property(_S, pattern=r"\d+([,-]\d+)*"),
        "cpuShares": Property(_I),
        "cpus": Property(_S, replaces=True, served=False),
        "destroyGraceSeconds": Property(_I),
        "deviceReadBps": _array(Kind.SET, fields=_RATES, served=False),
        "deviceReadIops": _array(Kind.SET, fields=_RATES, served=False),
        "deviceRequests": _array(Kind.LIST, fields={}, replaces=True, served=False),
        "deviceWriteBps": _array(Kind.SET, fields=_RATES, served=False),
        "deviceWriteIops": _array(Kind.SET, fields=_RATES, served=False),
        "devices": _array(Kind.SET, fields=_DEVICES, replaces=True),
        "dns": Property(Kind.SET, replaces=True),
        "dnsOpts": Property(Kind.SET, replaces=True),
        "dnsSearches": Property(Kind.SET, terraform_name="dns_search", replaces=True),
        "domainname": Property(_S, replaces=True),
        "entrypoints": Property(
            Kind.LIST, terraform_name="entrypoint", computed=True, replaces=True
        ),
        "envs": Property(Kind.SET, terraform_name="env", computed=True, replaces=True),
        "exitCode": Property(_I, is_input=False, computed=True),
        "gpus": Property(_S, replaces=True, served=False),
        "groupAdds": Property(Kind.SET, terraform_name="group_add", replaces=True),
        "healthcheck": Property(Kind.OBJECT, _HEALTHCHECK, computed=True),
        "hostname": Property(_S, computed=True, replaces=True),
        "hosts": _array(Kind.SET, fields=_HOSTS, terraform_name="host", replaces=True),
        "init": Property(_B, computed=True),
        "ipcMode": Property(_S, computed=True, replaces=True),
        "labels": _array(Kind.SET, fields=LABELS, computed=True, replaces=True),
        "logDriver": Property(_S, computed=True, replaces=True),
        "logOpts": Property(Kind.MAP, replaces=True),
        "logs": Property(_B, default=False, served=False),
        "maxRetryCount": Property(_I),
        "memory": Property(_I),
        "memoryReservation": Property(_I, default=0),
        "memorySwap": Property(_I),
        "mounts": _array(Kind.SET, fields=_MOUNTS, replaces=True),
        "mustRun": Property(_B, default=True),
        "name": Property(_S, required=True, replaces=True, autonamed=True),
        "networkDatas": Property(
            Kind.LIST,
            _NETWORK_DATA,
            terraform_name="network_data",
            is_input=False,
            computed=True,
        ),
        "networkMode": Property(_S, default="bridge", replaces=True),
        "networksAdvanced": _array(Kind.SET, fields=_NETWORKS, replaces=True),
        "pidMode": Property(_S, replaces=True),
        "platform": Property(_S, computed=True, replaces=True, served=False),
        "ports": _array(Kind.LIST, fields=_PORTS, replaces=True),
        "privileged": Property(_B, replaces=True),
        "publishAllPorts": Property(_B, replaces=True),
        "readOnly": Property(_B, default=False, replaces=True),
        "removeVolumes": Property(_B, default=True),
        "restart": Property(_S, default="no", pattern="no|on-failure|always|unless-stopped"),
        "rm": Property(_B, default=False),
        "runtime": Property(_S, computed=True, replaces=True),
        "securityOpts": Property(Kind.SET, computed=True, replaces=True),
        "shmSize": Property(_I, computed=True, replaces=True),
        "start": Property(_B, default=True),
        "stdinOpen": Property(_B, default=False, replaces=True),
        "stopSignal": Property(_S, computed=True, replaces=True),
        "stopTimeout": Property(_I, computed=True, replaces=True),
        "storageOpts": Property(Kind.MAP, replaces=True),
        "sysctls": Property(Kind.MAP, replaces=True),
        "tmpfs": Property(Kind.MAP),
        "tty": Property(_B, default=False, replaces=True),
        "ulimits": _array(Kind.SET, fields=_ULIMITS, terraform_name="ulimit", replaces=True),
        "uploads": _array(Kind.SET, fields=_UPLOADS, terraform_name="upload", replaces=True),
        "user": Property(_S, replaces=True, blank_is_unset=True),
        "usernsMode": Property(_S, replaces=True),
        "volumes": _array(Kind.SET, fields=_VOLUMES, replaces=True),
        "wait": Property(_B, default=False),
        "waitTimeout": Property(_I, default=60),
        "workingDir": Property(_S, replaces=True, blank_is_unset=True),
        "image": Property(_S, required=True, replaces=True),
    },
)
