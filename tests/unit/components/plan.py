"""A program's plan: the resources that it registers, recorded by Pulumi's mocks."""

import asyncio
import contextlib
import json
import runpy
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pulumi
import pytest
import yaml
from pulumi.runtime import rpc
from pulumi.runtime.mocks import MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.stack import Stack

from components.checks import check

from .accepted import plain

REPOSITORY = Path(__file__).parents[3]
DIGEST = "sha256:" + 64 * "a"
PLATFORMS = ["linux/arm64"]
"""Platforms of the nodes of an existing cluster."""
KUBECONFIG = "a kubeconfig with credentials"
MARK = "0123456789abcdef"
OWNER = "fedcba9876543210"

KUBERNETES = "kubernetes:"
ROOT_STACK = "pulumi:pulumi:Stack"
LOCAL = "pulumi-python:dynamic/slipway:"


@dataclass(frozen=True)
class Planned:
    """A resource as the program registered it; other resources are given by their names."""

    type: str
    name: str
    urn: str
    inputs: dict[str, Any]
    parent: str
    provider: str
    deleted_with: str
    depends_on: frozenset[str]
    secret_outputs: tuple[str, ...]
    ignored_changes: tuple[str, ...]
    timeouts: tuple[str, str]
    is_retained: bool
    deleted_before_replace: bool | None
    """None where the provider decides."""

    @property
    def metadata(self) -> dict[str, Any]:
        return self.inputs["metadata"]


@dataclass(frozen=True)
class Plan:
    """Everything that a program registered and exported."""

    resources: tuple[Planned, ...]
    exports: Mapping[str, Any]

    def __getitem__(self, name: str) -> Planned:
        """Return the only resource of a type, given without its package, or of a name."""
        named = [r for r in self.resources if name in (r.name, r.type.rpartition(":")[2])]
        assert len(named) == 1, f"{len(named)} resources are called {name}"
        return named[0]

    def named_by_content(self, prefix: str) -> Planned:
        """Return the only resource whose name is `prefix` and a hash of its content."""
        (named,) = (r for r in self.resources if r.name.rpartition("-")[0] == prefix)
        return named

    @property
    def objects(self) -> list[Planned]:
        """The Kubernetes objects."""
        return [r for r in self.resources if r.type.startswith(KUBERNETES)]


class _Engine(Mocks):
    """Returns the inputs, and the outputs that providers would add."""

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        raise AssertionError(f"the program called a provider's function {args.token}")

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        outputs: dict[str, dict[str, Any]] = {
            f"{LOCAL}Allocation": {"application": 8080.0, "registry": 5001.0, "mark": MARK},
            f"{LOCAL}KindCluster": {"kubeconfig": KUBECONFIG, "context": "kind-c", "uid": "uid-1"},
            f"{LOCAL}MinikubeProfile": {
                "kubeconfig": KUBECONFIG,
                "context": "slipway-minikube",
                "uid": "uid-3",
                "address": "192.168.49.2",
                "adopted": False,
            },
            f"{LOCAL}ClusterIdentity": {
                "context": "shop",
                "kubeconfig": KUBECONFIG,
                "uid": "uid-2",
                "server": "https://shop.example",
                "platforms": PLATFORMS,
            },
            "pulumi:pulumi:StackReference": {
                "outputs": {"kubeconfig": {"current-context": "eks"}},
                "secretOutputNames": ["kubeconfig"],
            },
            f"{LOCAL}ExistingImage": {
                "reference": f"{str(args.inputs.get('source')).rpartition(':')[0]}@{DIGEST}"
            },
            f"{LOCAL}ImageUser": {"user": 10001.0, "group": 10002.0},
            f"{LOCAL}HashKey": {"key": "a key"},
            f"{LOCAL}StackIdentity": {"owner": OWNER},
            "kubernetes:core/v1:Service": {
                "status": {"loadBalancer": {"ingress": [{"ip": "203.0.113.7"}]}}
            },
            "docker:index/image:Image": {
                "repoDigest": f"{str(args.inputs.get('imageName')).rpartition(':')[0]}@{DIGEST}"
            },
        }
        made = outputs.get(args.typ, {})
        # The id of what is a cluster is its UID.
        return made.get("uid", f"{args.name}-id"), {**args.inputs, **made}


class _Monitor(MockMonitor):
    """Records the options too, which Pulumi's own monitor drops."""

    def __init__(self) -> None:
        super().__init__(_Engine())
        self.planned: list[Planned] = []

    def RegisterResource(self, request: Any) -> Any:
        if request.type != ROOT_STACK:
            urn = self.make_urn(request.parent, request.type, request.name)
            self.planned.append(_planned(request, urn))
        return super().RegisterResource(request)

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """Return the name that Pulumi gives, with the types of all parents but the stack."""
        above = parent.split("::")[2] if parent else ROOT_STACK
        kind = type_ if above == ROOT_STACK else f"{above}${type_}"
        return "::".join((f"urn:pulumi:{pulumi.get_stack()}", pulumi.get_project(), kind, name))


def _planned(request: Any, urn: str) -> Planned:
    return Planned(
        type=request.type,
        name=request.name,
        urn=urn,
        inputs=rpc.deserialize_properties(request.object),
        parent=_name(request.parent),
        provider=_name(request.provider.rpartition("::")[0]),
        deleted_with=_name(request.deletedWith),
        depends_on=frozenset(map(_name, request.dependencies)),
        secret_outputs=tuple(request.additionalSecretOutputs),
        ignored_changes=tuple(request.ignoreChanges),
        timeouts=(request.customTimeouts.create, request.customTimeouts.update),
        is_retained=request.retainOnDelete,
        deleted_before_replace=(
            request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None
        ),
    )


def _name(urn: str) -> str:
    return urn.rpartition("::")[2]


def plan(
    program: Callable[[], None],
    config: Mapping[str, Any],
    project: str = "slipway",
    stack: str = "kind",
    folder: Path = REPOSITORY,
) -> Plan:
    """Return what `program` registers with the `config` of a stack file in the project `folder`.

    Mirror maps of this machine are not read.
    """
    texts = {key: v if isinstance(v, str) else json.dumps(v) for key, v in config.items()}
    monitor = _Monitor()
    exports: dict[str, Any] = {}

    @pulumi.runtime.test
    def run() -> pulumi.Output[None]:
        program()
        return pulumi.Output.all(**root.outputs).apply(exports.update)

    with pytest.MonkeyPatch.context() as patch, quiet_loop() as loop:
        patch.setenv("PULUMI_CONFIG", json.dumps(texts))
        patch.setenv("XDG_CONFIG_HOME", "/nonexistent")
        patch.setenv("SLIPWAY_CACHE", "/nonexistent")
        patch.delenv("SLIPWAY_MIRRORS", raising=False)
        patch.setattr(pulumi, "get_root_directory", lambda: str(folder))
        pulumi.runtime.set_all_config(texts)
        pulumi.runtime.set_mocks(_Engine(), project=project, stack=stack, monitor=monitor)
        root = cast("Stack", pulumi.runtime.settings.get_root_resource())
        root.outputs.clear()  # the root is one for all plans of a process
        loop.run_until_complete(root.urn.future())
        run()
    made = Plan(tuple(monitor.planned), exports)
    assert check(plain(each.inputs) for each in made.objects) == []
    return made


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
