"""Settings at the edges of what is accepted, and beyond: names, amounts, ports and paths that a
model may let pass and a cluster does not."""

from typing import Any

from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from components.app.args import AppArgs
from components.settings.model import SettingsError
from components.targets.exposure import ExposeArgs, Exposure, exposure

_NAMES = st.sampled_from(
    ["web", "data", "a", "a" * 59, "a" * 60, "a" * 63, "a.b", "a..b", "a.-b", "1", "tmp", "files"]
)
_VARIABLES = st.sampled_from(["A", ".", "..", "..a", ".a", "-", "PORT", "POD_NAME", "A" * 253])
_PATHS = st.sampled_from(
    [
        *("/tmp", "/a", "/a/b", "/a/", "/..a", "/a/..b", "/a/../b", "/.env", "/" + "x" * 300),
        *("/proc/a", "/sys", "/dev", "/dev/shm", "/" + "x" * 150 + "/.." + "y" * 198),
    ]
)
_AMOUNTS = st.sampled_from(
    ["0", "0Mi", "1", "1Ki", "4Mi", "64Mi", "1Gi", "3Gi", "1Ti", "999Ti", "9" * 30, "1e30", "-1"]
)
_CORES = st.sampled_from(["0", "0m", "0.0", "1m", "0.001", "1", "4096", "9" * 20, "1.0001"])
_PORTS = st.sampled_from([0, 1, 80, 8080, 8081, 65535, 65536])
_FIELDS = st.sampled_from(
    ["*", "*/5", "0", "1-3", "59", "60", "99", "*/0", "31", "13", "7", "5-1", "a", "1,2"]
)
_SCHEDULES = st.one_of(
    st.sampled_from(["@daily", "@never", "0 0 30 2 *", "0 0 31 4,6 *", "* * * *"]),
    st.lists(_FIELDS, min_size=5, max_size=5).map(" ".join),
)
_CIDRS = st.sampled_from(
    ["10.0.0.0/8", "10.0.0.1", "10.0.0.0/255.0.0.0", "::/0", "2001:DB8::/32", "fe80::%1/64", "1/8"]
)
_FIELD_PATHS = st.sampled_from(
    [
        "metadata.name",
        "metadata.labels['a']",
        "metadata.labels",
        "spec.replicas",
        "x",
        "status.podIP",
    ]
)
_SOURCES = st.one_of(
    st.builds(lambda name, key: {"secret": name, "key": key}, _NAMES, _VARIABLES),
    st.builds(lambda path: {"field": path}, _FIELD_PATHS),
)
_CONTAINER: dict[str, st.SearchStrategy[Any]] = {
    "env": st.dictionaries(_VARIABLES, st.just("x"), max_size=2),
    "envFrom": st.dictionaries(_VARIABLES, _SOURCES, max_size=2),
    "cpu": _CORES,
    "cpuLimit": _CORES,
    "memory": _AMOUNTS,
    "memoryLimit": _AMOUNTS,
    "ephemeralStorage": _AMOUNTS,
    "ephemeralStorageLimit": _AMOUNTS,
}
_HELPER = st.fixed_dictionaries(
    {"name": _NAMES},
    optional={**_CONTAINER, "command": st.just(["x"]), "mounts": st.lists(_PATHS, max_size=2)},
)
_SIDECAR = st.tuples(_HELPER, st.fixed_dictionaries({}, optional={"port": _PORTS}))
_WRITABLE = st.fixed_dictionaries(
    {"path": _PATHS}, optional={"size": _AMOUNTS, "memory": st.booleans()}
)
_STORAGE = st.fixed_dictionaries(
    {"path": _PATHS, "size": _AMOUNTS}, optional={"storageClass": _NAMES}
)

EDGES: dict[str, st.SearchStrategy[Any]] = {
    **_CONTAINER,
    "kind": st.sampled_from(["StatefulSet", "Job", "CronJob"]),
    "port": _PORTS,
    "replicas": st.sampled_from([-1, 0, 1, 1000, 1001]),
    "autoscale": st.fixed_dictionaries({"max": st.sampled_from([0, 1, 3, 1000])}),
    "files": st.dictionaries(_PATHS, st.just("x"), max_size=2),
    "secretVolumes": st.dictionaries(_PATHS, _NAMES, max_size=2),
    "writable": st.lists(_WRITABLE, max_size=3),
    "storage": st.lists(_STORAGE, max_size=2),
    "data": st.fixed_dictionaries(
        {"command": st.just(["x"])}, optional={"path": _PATHS, "size": _AMOUNTS}
    ),
    "sidecars": st.lists(_SIDECAR.map(lambda both: {**both[0], **both[1]}), max_size=2),
    "init": st.lists(_HELPER, max_size=2),
    "migration": st.just({"command": ["migrate"]}),
    "job": st.fixed_dictionaries(
        {"schedule": _SCHEDULES}, optional={"timeZone": st.sampled_from(["Etc/UTC", "Local", ""])}
    ),
    "health": st.sampled_from([{"tcp": True}, {"grpc": ""}, {"http": "/", "port": 9}, "/x"]),
    "startupSeconds": st.sampled_from([0, 1, 3600]),
    "minReadySeconds": st.sampled_from([0, 1, 600]),
    "priorityClass": _NAMES,
    "serviceAccount": _NAMES,
    "service": st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["ClusterIP", "Headless", "NodePort"]),
            "port": _PORTS,
            "nodePort": st.sampled_from([80, 30000, 32768]),
            "annotations": st.dictionaries(
                st.sampled_from(["a", "a b", "/", "a/b/c"]), st.just("")
            ),
        },
    ),
    "networkPolicy": st.booleans(),
    "calls": st.lists(_NAMES, max_size=2),
    "egress": st.lists(st.builds(lambda cidr: {"cidr": cidr}, _CIDRS), max_size=2),
    "ingress": st.lists(st.builds(lambda cidr: {"cidr": cidr}, _CIDRS), max_size=2),
    "namespace": _NAMES,
}
"""Strategies by setting, in which one value in a few is accepted."""

_EXPOSE = st.fixed_dictionaries(
    {"type": st.sampled_from(["Ingress", "Gateway", "LoadBalancer"])},
    optional={
        "host": st.sampled_from(["web.example", "10.0.0.1", "a..b", "*.example"]),
        "gateway": st.sampled_from(["a", "a/b", "a/b/c", "/a", "A"]),
        "className": _NAMES,
        "tlsSecret": _NAMES,
    },
)


@st.composite
def edge_settings(draw: st.DrawFn) -> dict[str, Any]:
    """Draw settings of an application."""
    names = draw(st.lists(st.sampled_from(sorted(EDGES)), min_size=1, max_size=4, unique=True))
    drawn = {name: draw(EDGES[name]) for name in names}
    kinds = {"storage": "StatefulSet", "job": "CronJob"}
    return {"kind": kinds[names[0]], **drawn} if names[0] in kinds else drawn


@st.composite
def edge_exposures(draw: st.DrawFn) -> Exposure | None:
    """Draw an exposure; None for one that is refused."""
    try:
        return exposure(ExposeArgs.parse(draw(_EXPOSE), "expose"))
    except SettingsError:
        return None


def drawn_edges(examples: int) -> list[AppArgs]:
    """Return those of a number of drawn settings that validate, the same at every run."""
    made: list[AppArgs] = []

    @seed(1)
    @settings(max_examples=examples, phases=[Phase.generate], database=None, deadline=None)
    @given(edge_settings())
    def collect(example: dict[str, Any]) -> None:
        if (args := accepted(example)) is not None:
            made.append(args)

    collect()
    return made


def accepted(example: dict[str, Any]) -> AppArgs | None:
    """Return the settings as a model; None for those that are refused."""
    try:
        return AppArgs.parse(example, "App")
    except SettingsError:
        return None
