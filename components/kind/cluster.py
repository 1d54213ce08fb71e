"""KindCluster: a Kubernetes cluster in containers, made by kind."""

import json
import tempfile
from typing import Any

import pulumi
import yaml
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    CreateResult,
    DiffResult,
    ReadResult,
    Resource,
    UpdateResult,
)

from ..dynamic import LocalProvider, Properties, without_provider
from ..k8s.kubeconfig import add_context, remove_context
from ..machine import labels
from ..machine.conflicts import conflict_message, find_conflicts, mark_of
from ..machine.docker import inspect, inspect_all, require_engine
from ..machine.runner import CommandError, LocalError, Runner
from .config import DEFAULTS
from .containers import CONTROL_PLANE, role_of
from .creation import leader, make_cluster
from .identity import standing
from .load_balancer import KindBalancer
from .network import make_network, remove_network
from .node_image import require_feature_gates, require_version
from .preflight import cluster_refusals, version_refusals

_COMPLETE = "/kind/slipway-complete"
"""File in the first control plane that says what the cluster was made from, when it is complete."""

_FOR_LIFE = ("name", "image", "balanced", "hostPort", "nodePort", "registry", "mark", *DEFAULTS)
_BEFORE: Properties = {"balanced": False, **DEFAULTS}
"""What a cluster has whose state says nothing of it."""
_LOST = "made anew, with everything on it lost"
_COMPUTED = ("kubeconfig", "context", "uid", "api_port")
_REMADE = ("another", "half-made")


class KindClusterProvider(LocalProvider):
    """Creates and deletes; what is half made and ours is cleared away and made anew.

    What tells ours from a stranger's is the mark on the cluster's container network, which is
    made first and removed last.

    A replacement is created before the old one is deleted, and takes its place: were it deleted
    first, the engine would delete the objects inside one by one, also from a cluster that is
    gone, as `deleted_with` does not hold there. So `delete` spares a cluster of another UID.
    """

    runner = Runner()

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        # A load balancer that is there stays, however few control planes are left.
        inputs = {**news, "balanced": bool(news["balanced"] or _olds.get("balanced"))}
        changed = _changed(_olds, inputs) if _olds else []
        if not _nodes(self.runner, news["name"]):
            return CheckResult(inputs, cluster_refusals(self.runner, inputs))
        if not changed and _olds.get("version") != news.get("version"):
            return CheckResult(inputs, version_refusals(self.runner, inputs))
        if not changed or news["replace"]:
            return CheckResult(inputs, [])
        told = (
            f"refused: {'; '.join(_told(key, _olds, inputs) for key in changed)}. This makes the "
            f"cluster {news['name']} anew, and everything on it is lost; to allow it: pulumi "
            "config set --path slipway:target.cluster.replaceCluster true"
        )
        return CheckResult(inputs, [CheckFailure(changed[0], told)])

    def create(self, props: Properties) -> CreateResult:
        require_engine(self.runner)
        name, mark = props["name"], props["mark"]
        # The allocation looked already, but a `create` may come much later than its check.
        if found := find_conflicts(self.runner, name, props["registry"], mark):
            raise LocalError(conflict_message(found))
        if found := self._adopt(props):
            return CreateResult(found["uid"], {**without_provider(props), **found})
        require_version(self.runner, props["image"], props.get("version"))
        require_feature_gates(self.runner, props["image"], props.get("featureGates") or {})
        if _nodes(self.runner, name):
            self.runner.run("kind", "delete", "cluster", "--name", name)
        if inspect(self.runner, "network", name) is None:
            make_network(self.runner, name, mark)
        make_cluster(self.runner, props)
        self._mark_complete(props)
        found = self._read(name)
        return CreateResult(found["uid"], {**without_provider(props), **found})

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        olds = {k: v for k, v in without_provider(_olds).items() if k not in _COMPUTED}
        news = {k: v for k, v in without_provider(_news).items() if k not in _COMPUTED}
        changed = _changed(olds, news)
        if not changed and not any(map(_is_control_plane, _nodes(self.runner, news["name"]))):
            changed = ["name"]  # removed behind our back: it is made again
            print(f"the cluster {news['name']}: gone: made anew", flush=True)
        elif not changed and standing(self.runner, _olds) in _REMADE:
            changed = ["name"]  # as it was gone, by a run that was killed meanwhile
            print(f"the cluster {news['name']}: begun anew: completed", flush=True)
        elif changed:
            told = "; ".join(_told(key, olds, news) for key in changed)
            print(f"the cluster {news['name']}: {told}: {_LOST}", flush=True)
        return DiffResult(
            changes=bool(changed),
            replaces=changed,
            stables=[] if changed else list(_COMPUTED),
        )

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        kept = {key: _olds.get(key) for key in _COMPUTED}
        return UpdateResult({**without_provider(_news), **kept})

    def read(self, id_: str, props: Properties) -> ReadResult:
        if not _nodes(self.runner, props["name"]) or standing(self.runner, props) in _REMADE:
            return ReadResult("", {})
        return ReadResult(id_, without_provider(props))

    def delete(self, _id: str, _props: Properties) -> None:
        require_engine(self.runner)
        name = _props["name"]
        network = inspect(self.runner, "network", name)
        if network is not None and mark_of(network) != _props["mark"]:
            return  # ours is gone; what has its name now is not ours to remove
        if standing(self.runner, _props) == "another":
            return  # replaced already
        self.runner.run("kind", "delete", "cluster", "--name", name)
        # What a run may have left that was killed:
        KindBalancer(self.runner, name, _props["mark"]).remove()
        remove_context(self.runner, f"kind-{name}")
        remove_network(self.runner, name)

    def _mark_complete(self, props: Properties) -> None:
        """Write down that the cluster is complete: its API answers long before kind is done."""
        write = ("docker", "exec", "-i", leader(props["name"]), "sh", "-c", f"cat > {_COMPLETE}")
        self.runner.run(*write, stdin=_origin(props))

    def _adopt(self, props: Properties) -> Properties | None:
        """What is to know of a cluster that a killed run completed; None of any other."""
        name = props["name"]
        try:
            origin = self.runner.run("docker", "exec", leader(name), "cat", _COMPLETE)
            return self._read(name) if origin == _origin(props) else None
        except CommandError:
            return None

    def _read(self, name: str) -> Properties:
        """What is to know of a cluster, which is added to the user's kubeconfig."""
        kubeconfig = self._kubeconfig(name)
        uid = self._uid(kubeconfig)
        add_context(self.runner, kubeconfig)
        server: str = yaml.safe_load(kubeconfig)["clusters"][0]["cluster"]["server"]
        api_port = int(server.rpartition(":")[2])
        return dict(zip(_COMPUTED, (kubeconfig, f"kind-{name}", uid, api_port), strict=True))

    def _kubeconfig(self, name: str) -> str:
        return self.runner.run("kind", "get", "kubeconfig", "--name", name)

    def _uid(self, kubeconfig: str) -> str:
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(kubeconfig)
            file.flush()
            return self.runner.run(
                *("kubectl", "--kubeconfig", file.name, "--request-timeout=10s"),
                *("get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}"),
            )


def _changed(olds: Properties, news: Properties) -> list[str]:
    """What differs of the things that a cluster has for life."""
    before, after = {**_BEFORE, **olds}, {**_BEFORE, **news}
    return [key for key in _FOR_LIFE if before.get(key) != after[key]]


def _told(key: str, olds: Properties, news: Properties) -> str:
    """A change in the words of the stack file."""
    if key == "balanced":
        return (
            "several control planes need a load balancer, and this cluster was made with one "
            "control plane and without `ha: ready`"
        )
    return f"{key} {_shown({**_BEFORE, **olds}.get(key))} -> {_shown(news.get(key))}"


def _shown(value: Any) -> Any:
    """A value as the stack file has it: numbers cross the engine as floats."""
    return int(value) if isinstance(value, float) else value


def _origin(props: Properties) -> str:
    """What a cluster is made from, as text."""
    known = {**_BEFORE, **props}
    return json.dumps({key: known[key] for key in _FOR_LIFE}, sort_keys=True) + "\n"


def _nodes(runner: Runner, name: str) -> list[dict[str, Any]]:
    return list(inspect_all(runner, f"{labels.CLUSTER}={name}"))


def _is_control_plane(node: dict[str, Any]) -> bool:
    return role_of(node) == CONTROL_PLANE


class KindCluster(Resource, module="slipway", name="KindCluster"):
    """A cluster of kind's.

    Inputs: name, image, version (of Kubernetes, which the image has to have); podSubnet,
    serviceSubnet, kubeProxyMode, featureGates; hostPort, nodePort, registry (its name), mark;
    balanced, whether a load balancer, of balancerImage, stands before its control planes; workers
    (`mounts` and `ports` of each), with which it is made, and which KindNodes looks after from
    then on, as after further control planes, of which controlPlanes is the number; replace,
    whether a change of the others, which makes the cluster anew, is allowed.

    The user's kubeconfig gets a context `kind-<name>`; its current context stays what it is.
    """

    kubeconfig: pulumi.Output[str]
    """Kubeconfig with this cluster alone, credentials inline; a secret."""

    context: pulumi.Output[str]
    uid: pulumi.Output[str]

    api_port: pulumi.Output[int]
    """Port of this machine that leads to the API."""

    balanced: pulumi.Output[bool]
    """Whether a load balancer stands before the control planes."""

    def __init__(
        self, name: str, inputs: dict[str, Any], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        computed = dict.fromkeys(_COMPUTED)
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        opts = pulumi.ResourceOptions.merge(opts, secret)
        super().__init__(KindClusterProvider(), name, {**inputs, **computed}, opts)
