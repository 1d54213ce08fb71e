"""The settings of a stack file, and the report of all that are wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest

from components import App, Image, SettingsError, Target
from components.targets import KindTargetArgs
from stacks.settings import Settings
from tests.unit.components.plan import committed_config, committed_program, plan
from tests.unit.stacks.nothing import Nothing

_KIND = {"slipway:target": {"product": "kind"}}
_Load = Callable[..., Settings]


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> _Load:
    """Return the settings of a stack called `dev` with this configuration."""
    for folder in (tmp_path, tmp_path / "app"):
        folder.mkdir(exist_ok=True)
        (folder / "Dockerfile").touch()
    monkeypatch.setattr(pulumi, "get_root_directory", lambda: str(tmp_path))

    def load(config: dict[str, Any]) -> Settings:
        texts = {key: v if isinstance(v, str) else json.dumps(v) for key, v in config.items()}
        monkeypatch.setenv("PULUMI_CONFIG", json.dumps(texts))
        pulumi.runtime.set_all_config(texts)
        pulumi.runtime.set_mocks(Nothing(), project="slipway", stack="dev")
        return Settings.load()

    return load


@pytest.fixture
def refused(load: _Load) -> Callable[[dict[str, Any]], list[str]]:
    """Return the lines of the message about a configuration that is wrong."""

    def refused(config: dict[str, Any]) -> list[str]:
        with pytest.raises(SettingsError) as caught:
            load(config)
        return str(caught.value).splitlines()

    return refused


_Refused = Callable[[dict[str, Any]], list[str]]


def test_the_committed_stack_file_is_accepted(load: _Load) -> None:
    settings = load(committed_config())

    assert settings.name == "hello-node"
    assert isinstance(settings.target, KindTargetArgs)
    assert (len(settings.target.cluster.control_planes), len(settings.target.cluster.workers)) == (
        1,
        2,
    )
    assert settings.app.replicas == 3
    assert settings.image.dockerfile_path == "app/Dockerfile"


def test_a_target_is_the_only_required_setting(load: _Load) -> None:
    settings = load(_KIND)

    assert settings.name == "web"
    assert settings.image.context == "."
    assert settings.app.port == 8080
    assert isinstance(settings.target, KindTargetArgs)
    assert settings.target.port is None


def test_without_a_target_the_message_names_it(refused: _Refused) -> None:
    assert refused({}) == [
        "stack dev, slipway: a wrong setting",
        "  target: required and not set, e.g. {'product': 'kind'}",
    ]


def test_a_target_without_a_product_is_reported_with_its_path(refused: _Refused) -> None:
    assert refused({"slipway:target": {}})[1:] == ["  target.product: required and not set"]


def test_an_unknown_product_is_reported_with_the_known_ones(refused: _Refused) -> None:
    (line,) = refused({"slipway:target": {"product": "kidn"}})[1:]

    assert (
        line == "  target.product: 'kidn' is not accepted: it is one of 'kind', 'minikube', 'cloud'"
    )


def test_all_wrong_settings_are_reported_at_once_at_any_depth(refused: _Refused) -> None:
    first, *lines = refused(
        {
            "slipway:name": "Hello_Node",
            "slipway:target": {"product": "kind", "cluster": {"worker": 2}, "port": 80},
            "slipway:image": {"context": 5, "platform": "windows"},
            "slipway:app": {"replicas": "three", "data": {"path": "/data"}},
            "slipway:ap": {},
        }
    )

    assert first == "stack dev, slipway: 8 wrong settings"
    assert sorted(line.split(": ")[0].strip() for line in lines) == [
        "ap",
        "app.data",
        "app.replicas",
        "image.context",
        "image.platform",
        "name",
        "target.cluster.worker",
        "target.port",
    ]


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("slipway:nmae", "web", "nmae: unknown key; did you mean name?"),
        ("slipway:app", {"replica": 1}, "app.replica: unknown key; did you mean replicas?"),
        ("slipway:app", {"data": {"comand": ["x"]}}, "app.data.comand: unknown key; did you mean"),
        ("slipway:image", {"dockerFile": "x"}, "image.dockerFile: unknown key; did you mean dock"),
        (
            "slipway:target",
            {"product": "kind", "cluster": {"controlPlane": 1}},
            "target.cluster.controlPlane: unknown key; did you mean controlPlanes?",
        ),
        (
            "slipway:target",
            {"product": "kind", "registry": {"prot": 5001}},
            "target.registry.prot: unknown key; did you mean port?",
        ),
    ],
)
def test_an_unknown_key_at_any_depth_comes_with_a_suggestion(
    refused: _Refused, key: str, value: Any, message: str
) -> None:
    lines = refused({**_KIND, key: value})

    assert any(line.strip().startswith(message) for line in lines)


@pytest.mark.parametrize("value", ["three", "{not: json", "[1, 2]", "7"])
def test_text_where_settings_belong_is_an_error_in_words(refused: _Refused, value: str) -> None:
    (line,) = refused({**_KIND, "slipway:app": value})[1:]

    assert line.startswith("  app: ")
    assert "AppArgs" in line


@pytest.mark.parametrize("name", ["Web", "1web", "web-", "my_web", "", "a" * 41, "[x"])
def test_a_name_that_no_service_may_have_is_refused(refused: _Refused, name: str) -> None:
    (line,) = refused({**_KIND, "slipway:name": name})[1:]

    assert line.startswith(f"  name: {name!r} is not accepted")


@pytest.mark.parametrize("name", ["web", "w", "a" * 40, "hello-node", "w1"])
def test_a_name_that_a_service_may_have_is_accepted(load: _Load, name: str) -> None:
    assert load({**_KIND, "slipway:name": name}).name == name


def test_configuration_of_other_programs_is_ignored(load: _Load) -> None:
    assert load({**_KIND, "kubernetes:namespace": "x", "pulumi:tags": {"a": "b"}}).name == "web"


def test_the_program_itself_ends_with_that_message() -> None:
    with pytest.raises(SettingsError, match=r"target\.cluster\.workers: -1 is not accepted"):
        plan(
            committed_program,
            {"slipway:target": {"product": "kind", "cluster": {"workers": -1}}},
        )


_FIT = {"product": "kind", "cluster": {"controlPlanes": 3, "workers": 2}}


def test_production_accepts_what_outlives_a_node(load: _Load) -> None:
    assert load({"slipway:target": _FIT, "slipway:production": "true"}).production


def test_production_refuses_at_once_whatever_a_single_failure_takes_down(
    refused: _Refused,
) -> None:
    lines = refused(
        {
            "slipway:production": "true",
            "slipway:target": {"product": "kind", "cluster": {"controlPlanes": 1, "workers": 1}},
            "slipway:app": {"replicas": 1},
        }
    )[1:]

    assert [line.split(":")[0].strip() for line in lines] == [
        "app.replicas",
        "target.cluster.controlPlanes",
        "target.cluster.workers",
    ]


def test_a_users_own_program_is_checked_for_production_too() -> None:
    settings = {"slipway:target": _FIT, "slipway:production": "true"}

    def program() -> None:
        target = Target.select()
        App("web", image=Image("web", context="app", target=target), replicas=1, target=target)

    with pytest.raises(SettingsError, match=r'App\("web"\): replicas: 1 is not accepted in pro'):
        plan(program, settings)


@pytest.mark.parametrize("version", ["v1.29.14", "v1.37.0", "v2.0.0"])
def test_a_node_image_of_an_unsupported_kubernetes_is_refused(
    refused: _Refused, version: str
) -> None:
    cluster = {"image": f"docker.io/kindest/node:{version}"}
    (line,) = refused({"slipway:target": {"product": "kind", "cluster": cluster}})[1:]

    assert f"Kubernetes {version} is outside the supported range, 1.30 to 1.36" in line


_TWO: dict[str, Any] = {"web": {"image": {"context": "app"}}, "shop": {}}


def _two(**shop: Any) -> dict[str, Any]:
    return {**_KIND, "slipway:apps": {**_TWO, "shop": {"image": {"context": "app"}, **shop}}}


def test_each_missing_dockerfile_is_reported_with_its_application(refused: _Refused) -> None:
    first, second = refused(
        {
            **_KIND,
            "slipway:apps": {
                "web": {"image": {"context": "nowhere"}},
                "shop": {
                    "image": {"dockerfile": "shop.Dockerfile"},
                    "app": {"expose": False},
                },
                "api": {"image": {"context": "app"}, "app": {"expose": False}},
            },
        }
    )

    assert first.startswith(
        "stack dev, slipway: apps.web.image: there is no Dockerfile at nowhere/Dockerfile"
    )
    assert second.startswith(
        "stack dev, slipway: apps.shop.image: there is no Dockerfile at shop.Dockerfile"
    )


def test_the_missing_dockerfile_of_a_single_application_is_reported_with_its_path(
    refused: _Refused,
) -> None:
    (line,) = refused({**_KIND, "slipway:image": {"context": "nowhere"}})

    assert line.startswith("stack dev, slipway: image: there is no Dockerfile")


@pytest.mark.parametrize(
    ("shop", "line"),
    [
        ({"app": {"replica": 1}}, "apps.shop.app.replica: unknown key; did you mean replicas?"),
        ({"app": {"replicas": -1}}, "apps.shop.app.replicas: -1 is not accepted: Input should"),
        ({"app": {"disk": "1Gi"}}, "apps.shop.app.disk: renamed to ephemeralStorage"),
        ({"app": {"kind": "CronJob"}}, "apps.shop.app: kind: CronJob needs job.schedule"),
        ({"app": {"calls": ["orders"]}}, "apps.shop.app.calls: shop calls orders, and the stack"),
        ({"image": {"contxt": "."}}, "apps.shop.image.contxt: unknown key; did you mean context?"),
        ({"image": "Owner/Name"}, "apps.shop.image.reference: 'Owner/Name' is not accepted"),
        ({"imag": {}}, "apps.shop.imag: unknown key; did you mean image?"),
    ],
)
def test_a_wrong_setting_of_one_of_several_applications_is_reported_with_its_path(
    refused: _Refused, shop: dict[str, Any], line: str
) -> None:
    (message,) = refused(_two(**shop))[1:]

    assert message.strip().startswith(line)


def test_a_secret_in_plain_text_is_not_shown_whichever_application_has_it(
    refused: _Refused,
) -> None:
    lines = refused(_two(app={"secrets": {"TOKEN": "swordfish"}}))[1:]

    assert lines[0].startswith("  apps.shop.app.secrets.TOKEN: it is in plain text")
    assert "swordfish" not in "".join(lines)


def test_too_few_replicas_of_one_of_several_applications_are_reported_with_their_path(
    refused: _Refused,
) -> None:
    config = {**_two(app={"replicas": 1, "expose": False}), "slipway:target": _FIT}

    (line,) = refused({**config, "slipway:production": "true"})[1:]
    assert line.startswith("  apps.shop.app.replicas: 1 is not accepted in production")


_CLOUD: dict[str, Any] = {
    "product": "cloud",
    "context": "shop",
    "registry": {"repository": "registry.example/team"},
}
_STATEFUL = {"kind": "StatefulSet"}
_MIGRATED = {"migration": {"command": ["migrate"]}}
_WITH_PROXY = {"sidecars": [{"name": "x", "image": "registry.example/proxy:1"}]}


def _apps(target: dict[str, Any] = _CLOUD, **apps: dict[str, Any]) -> dict[str, Any]:
    """Return a stack of applications of an existing image; a name has `_` for its hyphen."""
    return {
        "slipway:target": target,
        "slipway:apps": {
            name.replace("_", "-"): {"image": "registry.example/web:1", "app": app}
            for name, app in apps.items()
        },
    }


@pytest.mark.parametrize(
    ("apps", "message"),
    [
        (
            {"web": _STATEFUL, "web_pods": {}},
            "web-pods: web already has the Service web-pods in its namespace; rename one",
        ),
        (
            {"web_pods": {}, "web": _STATEFUL},
            "web: web-pods already has the Service web-pods in its namespace; rename one",
        ),
        (
            {"web": _MIGRATED, "web_migration": {}},
            "web-migration: web already has the name web-migration, for its migration",
        ),
        (
            {"web_migration": {"namespace": "other"}, "web": _MIGRATED},
            "web: web-migration already has the name web-migration, and web claims the name",
        ),
        (
            {"web": _WITH_PROXY, "web_x": {}},
            "web-x: web already has the name web-x, for its container x",
        ),
        (
            {"web_a": _WITH_PROXY, "web": {"init": [{"name": "a-x", "image": "owner/x:1"}]}},
            "web: web-a already has the name web-a-x, for its container x",
        ),
    ],
)
def test_names_of_one_applications_parts_are_no_names_of_another_application(
    refused: _Refused, apps: dict[str, Any], message: str
) -> None:
    (line,) = refused(_apps(**apps))[1:]
    second = list(apps)[1].replace("_", "-")

    assert line.startswith(f"  apps.{second}.app: {message}")


def test_the_same_names_in_other_namespaces_and_of_other_kinds_are_accepted(load: _Load) -> None:
    load(_apps(web={**_STATEFUL, "namespace": "back"}, web_pods={}))
    load(_apps(web={"sidecars": [{"name": "x", "command": ["x"]}]}, web_x={}))
    load(_apps(web={}, web_migration={}))


_HOST = {"host": "web.example"}


@pytest.mark.parametrize(
    ("expose", "what"),
    [
        ({"type": "Ingress", **_HOST}, "the path / of the host web.example"),
        ({"type": "Gateway", "gateway": "public", **_HOST}, "the path / of the host web.example"),
    ],
)
def test_two_applications_of_one_host_and_path_are_refused(
    refused: _Refused, load: _Load, expose: dict[str, Any], what: str
) -> None:
    target = {**_CLOUD, "expose": expose}

    (line,) = refused(_apps(target, web={}, shop={}))[1:]

    assert line == (
        f"  apps.shop.app: shop: web already has {what}; set `expose: false` for one of the two, "
        "and reach it with `make open`"
    )
    load(_apps(target, web={}, shop={"expose": False}, nightly={"kind": "Job"}))
    load(_apps(_CLOUD, web={}, shop={}))  # each has a load balancer of its own


def test_two_applications_of_one_node_port_are_refused(refused: _Refused) -> None:
    fixed = {"expose": False, "service": {"type": "NodePort", "nodePort": 30500}}

    (line,) = refused(_apps(web=fixed, shop=fixed))[1:]

    assert "shop: web already has the nodes' port 30500" in line


@pytest.mark.parametrize("namespace", ["kube-system", "kube-public", "kube-node-lease"])
def test_a_namespace_of_kubernetes_itself_is_refused(refused: _Refused, namespace: str) -> None:
    (line,) = refused({**_KIND, "slipway:app": {"namespace": namespace}})[1:]

    assert line.startswith(
        f"  app.namespace: {namespace!r} is not accepted: it is a namespace of K"
    )
    assert "name another, e.g. shop" in line
