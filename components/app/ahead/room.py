"""Room on the nodes: a pod that no node can ever take, and one that has to wait for room."""

from collections.abc import Iterable
from decimal import Decimal

from ...k8s.api import Api, ApiError
from ...k8s.objects import Manifest
from ...k8s.quantity import amount
from .demand import Amounts, requests
from .fields import entries, section
from .finding import Finding, Found, Notice
from .scheduling import has_platform, is_autoscaled, platform, selects, too_large, untolerated
from .subject import Subject
from .vacancy import free, is_open

_STATUS = "/api/v1/namespaces/kube-system/configmaps/cluster-autoscaler-status"
_GROUPS = ("/apis/karpenter.sh", "/apis/autoscaling.x-k8s.io")
_MOST_PODS = 500
_CONTROL_PLANE = (
    "node-role.kubernetes.io/control-plane",
    "node-role.kubernetes.io/master",
)
_DEFAULT_SCHEDULER = "default-scheduler"


def room_findings(api: Api, subject: Subject) -> Found:
    """Return why no node can ever take a pod of the workload, or that none has room now.

    Raises ApiError where nodes may not be read.
    """
    spec = subject.pod_spec
    if spec.get("schedulerName", _DEFAULT_SCHEDULER) != _DEFAULT_SCHEDULER:
        return []
    nodes = entries(api.get("/api/v1/nodes"), "items")
    if finding := impossible(subject, nodes):
        return [] if _grows(api, nodes) else [finding]
    chosen = [node for node in nodes if selects(spec, node)]
    if chosen:
        return _full(api, subject, chosen)
    text = "no node has the labels that its pods select"
    return [_waits(subject, text, nodes)] if nodes else []


def impossible(subject: Subject, nodes: list[Manifest]) -> Finding | None:
    """Return why none of the nodes can ever take a pod; None where one can, or may soon."""
    spec = subject.pod_spec
    if nodes and not any(has_platform(spec, node) for node in nodes):
        return _no_such_node(subject, nodes)
    chosen = [node for node in nodes if selects(spec, node)]
    if not chosen:
        return None  # nodes get labels, and join
    open_nodes = [node for node in chosen if not untolerated(spec, node)]
    if not open_nodes:
        return _all_tainted(subject, chosen)
    requested = requests(spec)
    if all(too_large(requested, node) for node in open_nodes):
        return _too_large(subject, requested, open_nodes)
    return None


def _no_such_node(subject: Subject, nodes: list[Manifest]) -> Finding:
    wanted = ", ".join(f"{key}={value}" for key, value in platform(subject.pod_spec).items())
    platforms = sorted({_platform(node) for node in nodes})
    return Finding(
        cause="no node of the platform",
        message=f"{subject.application}: no node of the cluster is of the platform that its "
        f"pods in the namespace {subject.namespace} need",
        details=f"they need a node with {wanted}; the cluster has {_count(nodes)}: "
        f"{', '.join(platforms)}",
        next_step="`kubectl get nodes --show-labels` shows what nodes have; build for their "
        "platform (slipway:image.platform: linux/amd64), or add such a node",
    )


def _all_tainted(subject: Subject, nodes: list[Manifest]) -> Finding | None:
    """Return the finding for taints; a worker may yet join a cluster that has none."""
    if all(_is_control_plane(node) for node in nodes):
        return None
    lines = [
        f"{node['metadata']['name']}: {', '.join(map(str, untolerated(subject.pod_spec, node)))}"
        for node in nodes
    ]
    first = nodes[-1]
    taint = untolerated(subject.pod_spec, first)[0]
    return Finding(
        cause="taints",
        message=f"{subject.application}: every node is reserved for other pods (it has a taint), "
        f"so none takes its pods in the namespace {subject.namespace}",
        details="\n".join(lines[:10]),
        next_step=f"`kubectl taint node {first['metadata']['name']} {taint.key}:{taint.effect}-` "
        "removes one; or tolerate it in `adjust` of App",
    )


def _too_large(subject: Subject, requested: Amounts, nodes: list[Manifest]) -> Finding:
    names = sorted({name for node in nodes for name in too_large(requested, node)})
    lines = [
        f"{name}: a pod asks for {_show(name, requested[name])}, the largest node has "
        f"{_show(name, max(_allocatable(node, name) for node in nodes))}"
        for name in names
    ]
    settings = {"cpu": "cpu", "memory": "memory", "ephemeral-storage": "ephemeralStorage"}
    wanted = " or ".join(f"`{settings[name]}`" for name in names)
    return Finding(
        cause="pod larger than every node",
        message=f"{subject.application}: a pod of it in the namespace {subject.namespace} is "
        "larger than every node that it may run on",
        details="\n".join(lines),
        next_step=f"ask for less {wanted} (slipway:app.cpu: 100m, slipway:app.memory: 128Mi), or "
        "add a larger node; `kubectl describe nodes` shows what they have (Allocatable)",
    )


def _grows(api: Api, nodes: Iterable[Manifest]) -> bool:
    """Return whether an autoscaler may add a node; where that may not be looked up, it may."""
    if any(is_autoscaled(node) for node in nodes):
        return True
    try:
        return any(api.find(path) is not None for path in (_STATUS, *_GROUPS))
    except ApiError:
        return True


def _full(api: Api, subject: Subject, nodes: list[Manifest]) -> Found:
    """Return a notice where no node has room now; others may leave, so it is no finding."""
    spec = subject.pod_spec
    candidates = [node for node in nodes if is_open(node) and not untolerated(spec, node)]
    if not candidates:
        waits = "every node that its pods may run on is cordoned or not ready"
        return [_waits(subject, waits, nodes)]
    try:
        answer = api.get("/api/v1/pods", limit=str(_MOST_PODS))
    except ApiError:
        return []
    if section(answer, "metadata").get("continue"):
        return []  # a large cluster: its sum would take too long
    requested = {**requests(spec), "pods": Decimal(1)}
    pods = entries(answer, "items")
    if any(_fits(requested, free(node, pods)) for node in candidates):
        return []
    return [_waits(subject, "no node has room for another pod of it now", candidates)]


def _waits(subject: Subject, reason: str, nodes: Iterable[Manifest]) -> Notice:
    names = ", ".join(node["metadata"]["name"] for node in nodes)
    return Notice(
        f"{subject.application}: {reason} ({names}); the update waits until one has: "
        "`kubectl describe nodes` shows what is used"
    )


def _fits(requested: Amounts, available: Amounts) -> bool:
    return all(value <= available[name] for name, value in requested.items() if name in available)


def _allocatable(node: Manifest, name: str) -> Decimal:
    return amount(str(node["status"]["allocatable"][name]))


def _show(name: str, value: Decimal) -> str:
    """Return cores, or bytes in Mi."""
    if name == "cpu":
        return f"{value.normalize():f}"
    return f"{(value / 1024**2).quantize(Decimal(1)):f}Mi"


def _platform(node: Manifest) -> str:
    info = section(node, "status", "nodeInfo")
    return f"{info.get('operatingSystem', 'linux')}/{info.get('architecture', 'unknown')}"


def _is_control_plane(node: Manifest) -> bool:
    labels = section(node["metadata"], "labels")
    return any(label in labels for label in _CONTROL_PLANE)


def _count(nodes: list[Manifest]) -> str:
    return "1 node" if len(nodes) == 1 else f"{len(nodes)} nodes"
