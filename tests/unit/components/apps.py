"""Applications for tests: a place, the objects of some settings, and all kinds of settings."""

import dataclasses
from typing import Any

import pulumi
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from components.app.args import AppArgs
from components.app.manifests import Placement, parts
from components.settings.model import SettingsError
from components.targets.exposure import Exposure

from .accepted import require_accepted

Manifest = dict[str, Any]

SELECTOR = {"app.kubernetes.io/name": "web", "slipway.dev/stack": "shop-dev"}
PLACE = Placement(
    name="web",
    namespace="shop-dev",
    owner_labels={"app.kubernetes.io/managed-by": "slipway", "slipway.dev/stack": "shop-dev"},
    field_manager="slipway-shop-dev",
    exposure=Exposure("NodePort", node_port=30080, url="http://localhost:8080"),
    images={"application": "registry.example/web@sha256:" + 64 * "1"},
    user=10001,
    group=10002,
    secret="web-secrets-0123456789",
)


def objects(place: Placement = PLACE, **settings: Any) -> dict[str, Manifest]:
    """Return the objects of an application by kind (a second one of a kind by its name).

    Raises kubernetes_validate.ValidationError for one that Kubernetes' schemas do not accept.
    """
    return objects_of(AppArgs(**settings), place)


def objects_of(args: AppArgs, place: Placement = PLACE) -> dict[str, Manifest]:
    """Return the same for settings that are validated."""
    made: dict[str, Manifest] = {}
    for part in parts(args, place):
        kind = part.manifest["kind"]
        made[kind if kind not in made else part.manifest["metadata"]["name"]] = part.manifest
    require_accepted(made.values())
    return made


def pod(**settings: Any) -> Manifest:
    """Return the spec of a Deployment's pods."""
    return objects(**settings)["Deployment"]["spec"]["template"]["spec"]


def main(**settings: Any) -> Manifest:
    """Return the application's own container."""
    return pod(**settings)["containers"][0]


def env(container: Manifest) -> dict[str, Any]:
    """Return the variables of a container; None for those with a source."""
    return {entry["name"]: entry.get("value") for entry in container["env"]}


def refusal(**settings: Any) -> str:
    """Return the message for settings that are refused."""
    try:
        AppArgs.given(None, settings, "App")
    except SettingsError as error:
        return str(error)
    raise AssertionError("the settings are accepted")


def at(exposure: Exposure) -> Placement:
    """Return the place with another exposure."""
    return dataclasses.replace(PLACE, exposure=exposure)


# Every setting of a stack file, each alone and with others. Settings that conflict are drawn too:
# that validation refuses them is part of the tests.
_NAMES = st.from_regex(r"[a-z]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
_VARIABLES = st.from_regex(r"[A-Z_][A-Z0-9_]{0,10}", fullmatch=True)
_PATHS = st.lists(_NAMES, min_size=1, max_size=3).map(lambda steps: "/" + "/".join(steps))
_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
_CPU = st.integers(1, 4000).map("{}m".format) | st.sampled_from(["1", "0.5", "2.25"])
_BYTES = st.builds("{}{}".format, st.integers(5, 512), st.sampled_from(["Mi", "Gi", "M"]))
_PORTS = st.integers(1, 65535)
_SOURCES = st.one_of(
    st.builds(lambda name, key: {"secret": name, "key": key}, _NAMES, _NAMES),
    st.builds(lambda name, key: {"configMap": name, "key": key}, _NAMES, _NAMES),
    st.sampled_from([{"field": "metadata.uid"}, {"field": "metadata.labels['team']"}]),
)
_HEALTH = st.one_of(
    _PATHS,
    st.just({"tcp": True}),
    st.builds(lambda port: {"grpc": "", "port": port}, _PORTS),
    st.builds(lambda word: {"exec": ["cat", word], "periodSeconds": 5}, _PATHS),
)
_CONTAINER: dict[str, st.SearchStrategy[Any]] = {
    "command": st.lists(_NAMES, min_size=1, max_size=3),
    "args": st.lists(_TEXTS, max_size=3),
    "env": st.dictionaries(_VARIABLES, _TEXTS, max_size=3),
    "envFrom": st.dictionaries(_VARIABLES, _SOURCES, max_size=2),
    "cpu": _CPU,
    "cpuLimit": st.just("4"),
    "memory": _BYTES,
    "memoryLimit": st.just("513Gi"),
    "ephemeralStorage": st.just("32Mi"),
    "ephemeralStorageLimit": _BYTES,
}
_PROGRAM = _CONTAINER["command"]
_HELPER = {
    "image": st.just("registry.example/helper:1"),
    **{name: strategy for name, strategy in _CONTAINER.items() if name != "command"},
}
_SIDECARS = st.fixed_dictionaries(
    {"name": _NAMES, "command": _PROGRAM},
    optional={**_HELPER, "port": _PORTS, "health": st.just({"exec": ["true"]})},
)
_INIT = st.fixed_dictionaries({"name": _NAMES, "command": _PROGRAM}, optional=_HELPER)
_WRITABLE = st.one_of(
    _PATHS, st.builds(lambda p, m: {"path": p, "size": "8Mi", "memory": m}, _PATHS, st.booleans())
)
_SECRET = _TEXTS.map(pulumi.Output.secret)

SETTINGS: dict[str, st.SearchStrategy[Any]] = {
    **_CONTAINER,
    "kind": st.sampled_from(["Deployment", "StatefulSet", "Job", "CronJob"]),
    "port": _PORTS,
    "replicas": st.integers(0, 1000),
    "autoscale": st.fixed_dictionaries(
        {"max": st.integers(1, 1000)},
        optional={"min": st.integers(1, 5), "cpu": st.integers(1, 100), "memory": st.just(80)},
    ),
    "secrets": st.dictionaries(_VARIABLES, _SECRET, max_size=2),
    "files": st.dictionaries(_PATHS, _TEXTS, max_size=2),
    "secretFiles": st.dictionaries(_PATHS, _SECRET, max_size=2),
    "secretVolumes": st.dictionaries(_PATHS, _NAMES, max_size=2),
    "writable": st.lists(_WRITABLE, max_size=3),
    "storage": st.lists(
        st.builds(
            lambda path, retain: {"path": path, "size": "1Gi", "retain": retain},
            _PATHS,
            st.booleans(),
        ),
        max_size=2,
    ),
    "data": st.fixed_dictionaries({"command": st.just(["run"])}, optional={"path": _PATHS}),
    "sidecars": st.lists(_SIDECARS, max_size=2),
    "init": st.lists(_INIT, max_size=2),
    "migration": st.just({"command": ["migrate"]}),
    "job": st.fixed_dictionaries(
        {},
        optional={
            "schedule": st.just("0 3 * * *"),
            "retries": st.integers(0, 5),
            "timeZone": st.just("Etc/UTC"),
        },
    ),
    "health": _HEALTH,
    "startupSeconds": st.integers(1, 3600),
    "minReadySeconds": st.integers(1, 600),
    "drainSeconds": st.integers(0, 600),
    "shutdownSeconds": st.integers(1, 3600),
    "nodeUnreachableSeconds": st.integers(0, 86400),
    "user": st.integers(1, 2**31 - 1),
    "priorityClass": st.just("system-cluster-critical"),
    "serviceAccount": st.just("default"),
    "serviceAccountToken": st.booleans(),
    "service": st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["ClusterIP", "Headless", "LoadBalancer"]),
            "port": _PORTS,
        },
    ),
    "expose": st.booleans(),
    "networkPolicy": st.booleans(),
    "calls": st.lists(_NAMES, max_size=2),
    "egress": st.lists(
        st.sampled_from([{"cidr": "10.0.0.0/8", "ports": [5432]}, {"cidr": "::/0"}]), max_size=2
    ),
    "ingress": st.lists(
        st.sampled_from([{"namespace": "monitoring"}, {"cidr": "10.0.0.0/8"}]), max_size=2
    ),
}
"""A strategy for each setting, by its name in a stack file."""


@st.composite
def given_settings(draw: st.DrawFn) -> dict[str, Any]:
    """Draw some settings, few enough for many of the combinations to be valid."""
    names = draw(st.lists(st.sampled_from(sorted(SETTINGS)), max_size=6, unique=True))
    return {name: draw(SETTINGS[name]) for name in names}


def drawn(count: int, each: int) -> tuple[list[AppArgs], int]:
    """Return `count` different settings or more that validate, each setting in at least `each` of
    them, the same at every run; and the number of those that validation refused."""
    accepted: list[AppArgs] = []
    refused: list[str] = []

    def draw_all(strategy: st.SearchStrategy[dict[str, Any]], examples: int) -> None:
        @seed(1)
        @settings(
            max_examples=examples,
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        )
        @given(strategy)
        def collect(example: dict[str, Any]) -> None:
            if (args := _parsed(example)) is not None:
                accepted.append(args)
            else:
                refused.append(str(sorted(example)))

        collect()

    draw_all(given_settings(), 2 * count)
    for name, strategy in SETTINGS.items():
        kinds = {"storage": "StatefulSet", "job": "CronJob"}
        fixed = {"kind": st.just(kinds[name])} if name in kinds else {}
        alone = st.fixed_dictionaries({name: strategy, **fixed})
        tries = 0
        while _count(accepted, name) < each and tries < 5:
            draw_all(alone, 4 * each)
            tries += 1
    return accepted, len(refused)


def _count(accepted: list[AppArgs], name: str) -> int:
    fields = {str(field.alias): key for key, field in AppArgs.model_fields.items()}
    return sum(fields[name] in args.model_fields_set for args in accepted)


def least_used(accepted: list[AppArgs]) -> tuple[str, int]:
    """Return the setting that the fewest of these have, and their number."""
    return min(((name, _count(accepted, name)) for name in SETTINGS), key=lambda used: used[1])


@st.composite
def valid_apps(draw: st.DrawFn) -> AppArgs:
    """Draw settings that validate."""
    args = draw(given_settings().map(_parsed).filter(lambda args: args is not None))
    assert args is not None
    return args


def _parsed(settings: dict[str, Any]) -> AppArgs | None:
    try:
        return AppArgs.parse(settings, "App")
    except SettingsError:
        return None
