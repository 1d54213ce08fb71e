"""The deployment of a program in a test, with the answers of the providers that it uses."""

import asyncio
import contextlib
import runpy
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.testing import Deployment, Resource, deploy, secret

REPOSITORY = Path(__file__).parents[3]
DIGEST = "sha256:" + 64 * "a"
PLATFORMS = ["linux/arm64"]
"""Platforms of the nodes of an existing cluster."""
KUBECONFIG = "a kubeconfig with credentials"
MARK = "0123456789abcdef"
OWNER = "fedcba9876543210"

LOCAL = "pulumi-python:dynamic/slipway:"

_CLUSTERS = {
    "KindCluster": {"context": "kind-c", "uid": "uid-1", "id": "uid-1"},
    "MinikubeProfile": {
        "context": "slipway-minikube",
        "uid": "uid-3",
        "id": "uid-3",
        "address": "192.168.49.2",
        "adopted": False,
    },
}
"""What the resources of clusters say; the id of what is a cluster is its UID."""

_OUTPUTS: Mapping[str, Any] = {
    **{f"{LOCAL}{name}": {"kubeconfig": KUBECONFIG, **said} for name, said in _CLUSTERS.items()},
    f"{LOCAL}ClusterIdentity": lambda _made: {
        "kubeconfig": KUBECONFIG,
        "context": "shop",
        "uid": "uid-2",
        "id": "uid-2",
        "server": "https://shop.example",
        "platforms": PLATFORMS,
    },
    f"{LOCAL}Allocation": {"application": 8080.0, "registry": 5001.0, "mark": MARK},
    f"{LOCAL}ExistingImage": lambda made: {"reference": _digest_of(made, "source")},
    f"{LOCAL}ImageUser": {"user": 10001.0, "group": 10002.0},
    f"{LOCAL}HashKey": {"key": "a key"},
    f"{LOCAL}StackIdentity": {"owner": OWNER},
    "kubernetes:core/v1:Service": {
        "status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}]}}
    },
    "docker:index/image:Image": lambda made: {"repoDigest": _digest_of(made, "imageName")},
}


_REFERENCES = {
    "organization/cluster/production": {"kubeconfig": secret({"current-context": "eks"})}
}


def _digest_of(made: Resource, name: str) -> str:
    return f"{str(made[name]).rpartition(':')[0]}@{DIGEST}"


def objects_of(made: Deployment) -> list[Resource]:
    """Return the resources that are Kubernetes objects."""
    return [each for each in made.resources if each.is_object]


def named_by_content(made: Deployment, prefix: str) -> Resource:
    """Return the only resource whose name is `prefix` and a hash of its content."""
    (named,) = (each for each in made.resources if each.name.rpartition("-")[0] == prefix)
    return named


def plan(
    program: Callable[[], None],
    config: Mapping[str, Any],
    project: str = "slipway",
    stack: str = "kind",
    folder: Path = REPOSITORY,
) -> Deployment:
    """Return what `program` registers with this `config` alone, in the project `folder`.

    Mirror maps of this machine are not read.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("XDG_CONFIG_HOME", "/nonexistent")
        patch.setenv("SLIPWAY_CACHE", "/nonexistent")
        patch.delenv("SLIPWAY_MIRRORS", raising=False)
        return deploy(
            program,
            stack=stack,
            config=config,
            project=project,
            outputs=_OUTPUTS,
            references=_REFERENCES,
        )


@contextlib.contextmanager
def quiet_loop() -> Iterator[asyncio.AbstractEventLoop]:
    """Yield the event loop, and cancel the tasks that are left on it afterwards."""
    try:
        loop = asyncio.get_event_loop()
    except RuntimeError:
        loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))


def committed_config() -> dict[str, Any]:
    """Return the configuration in the stack file of the repository."""
    return yaml.safe_load((REPOSITORY / "stacks" / "Pulumi.kind.yaml").read_text())["config"]


def committed_program() -> None:
    """Run the program of the repository."""
    runpy.run_path(str(REPOSITORY / "__main__.py"), run_name="__main__")
