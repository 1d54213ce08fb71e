"""The properties of Volume, Network and RemoteImage, as the vendor's 5.1.0 has them."""

from standins.docker_plugin.bridged.container_schema import LABELS
from standins.docker_plugin.bridged.schema import Kind, Property, Schema

_S, _B = Kind.STRING, Kind.BOOL

_IPAM = {
    "auxAddress": Property(Kind.MAP, replaces=True),
    "gateway": Property(_S, replaces=True),
    "ipRange": Property(_S, replaces=True),
    "subnet": Property(_S, replaces=True),
}

VOLUME = Schema(
    token="docker:index/volume:Volume",
    state_version="1",
    properties={
        "cluster": Property(Kind.OBJECT, {}, served=False),
        "driver": Property(_S, computed=True, replaces=True),
        "driverOpts": Property(Kind.MAP, replaces=True),
        "labels": Property(Kind.SET, LABELS, replaces=True, is_block=True),
        "mountpoint": Property(_S, is_input=False, computed=True),
        "name": Property(_S, computed=True, replaces=True, autonamed=True),
    },
)

NETWORK = Schema(
    token="docker:index/network:Network",
    state_version="1",
    properties={
        "attachable": Property(_B, replaces=True),
        "driver": Property(_S, computed=True, replaces=True),
        "ingress": Property(_B, replaces=True),
        "internal": Property(_B, computed=True, replaces=True),
        "ipamConfigs": Property(
            Kind.SET,
            _IPAM,
            terraform_name="ipam_config",
            computed=True,
            replaces=True,
            is_block=True,
        ),
        "ipamDriver": Property(_S, default="default", replaces=True),
        "ipamOptions": Property(Kind.MAP, replaces=True),
        "ipv6": Property(_B, replaces=True),
        "labels": Property(Kind.SET, LABELS, replaces=True, is_block=True),
        "name": Property(_S, required=True, replaces=True, autonamed=True),
        "options": Property(Kind.MAP, computed=True, replaces=True),
        "scope": Property(_S, is_input=False, computed=True),
    },
)

REMOTE_IMAGE = Schema(
    token="docker:index/remoteImage:RemoteImage",
    has_timeouts=True,
    properties={
        "build": Property(Kind.OBJECT, {}, served=False),
        "forceRemove": Property(_B),
        "imageId": Property(_S, is_input=False, computed=True),
        "keepLocally": Property(_B),
        "name": Property(_S, required=True, replaces=True),
        "platform": Property(_S, replaces=True),
        "pullTriggers": Property(Kind.SET, replaces=True),
        "repoDigest": Property(_S, is_input=False, computed=True),
        "triggers": Property(Kind.MAP, replaces=True),
    },
)
