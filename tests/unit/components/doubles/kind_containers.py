"""What `docker inspect` shows of kind's containers, recorded from kind 0.31 and Docker 20.10."""

from typing import Any

_CONFIG: dict[str, Any] = {
    "Tty": True,
    "Volumes": {"/var": {}},
    "Env": [
        "KIND_EXPERIMENTAL_CONTAINERD_SNAPSHOTTER",
        "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "container=docker",
    ],
}
_HOST: dict[str, Any] = {
    "Privileged": True,
    "Init": False,
    "UsernsMode": "",
    "CgroupnsMode": "private",
    "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 1},
    "SecurityOpt": ["seccomp=unconfined", "apparmor=unconfined", "label=disable"],
    "Tmpfs": {"/run": "", "/tmp": ""},
    "Sysctls": None,
    "Devices": [],
    "Ulimits": None,
}

KINDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "control-plane": (
        {**_CONFIG, "Env": ["KUBECONFIG=/etc/kubernetes/admin.conf", *_CONFIG["Env"]]},
        _HOST,
    ),
    "worker": (_CONFIG, _HOST),
}
"""`Config` and `HostConfig` of nodes by role, without what each has of its own."""
