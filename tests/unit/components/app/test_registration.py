"""How an application's objects are registered: after what they need, secrets as secrets."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from components import App, Image, SettingsError, Target

from ..plan import LOCAL, Plan, plan

_KIND = {"slipway:target": {"product": "kind"}}


def _program(*apps: Callable[[Image, Target], Any]) -> Callable[[], None]:
    def program() -> None:
        target = Target.select()
        image = Image("web", reference="registry.example/web:1", target=target)
        for make in apps:
            make(image, target)

    return program


def _planned(**settings: Any) -> Plan:
    return plan(
        _program(lambda image, target: App("web", image=image, target=target, **settings)), _KIND
    )


def _secret(text: str) -> pulumi.Output[str]:
    return pulumi.Output.secret(text)


def _name_of_secret(**secrets: str) -> str:
    made = plan(
        _program(
            lambda image, target: App(
                "web", image=image, target=target,
                secrets={name: _secret(text) for name, text in secrets.items()},
            )
        ),
        _KIND,
    )  # fmt: skip
    return made["Secret"].metadata["name"]


def test_secrets_are_registered_as_secrets_under_a_name_that_tells_nothing() -> None:
    made = plan(
        _program(
            lambda image, target: App(
                "web", image=image, target=target, secrets={"TOKEN": _secret("swordfish")}
            )
        ),
        _KIND,
    )
    secret = made["Secret"]
    container = made["Deployment"].inputs["spec"]["template"]["spec"]["containers"][0]
    token = next(entry for entry in container["env"] if entry["name"] == "TOKEN")

    assert secret.inputs["stringData"]["value"] == {"TOKEN": "swordfish"}, "wrapped as a secret"
    assert secret.name == secret.metadata["name"] == token["valueFrom"]["secretKeyRef"]["name"]
    assert secret.inputs["immutable"] is True
    assert secret.is_retained, "pods of earlier versions may still need it"
    assert "swordfish" not in str(made["Deployment"].inputs)


def test_another_secret_has_another_name_and_the_same_one_the_same() -> None:
    assert _name_of_secret(A="1") == _name_of_secret(A="1") != _name_of_secret(A="2")


def test_the_workload_waits_for_its_secrets_files_policy_and_migration() -> None:
    made = plan(
        _program(
            lambda image, target: App(
                "web", image=image, target=target, files={"/etc/a": "1"},
                secrets={"TOKEN": _secret("t")}, migration={"command": ["migrate"]},
            )
        ),
        _KIND,
    )  # fmt: skip
    files, secret = made[_named(made, "web-files-")], made["Secret"]
    migration = made["web-migration"]

    assert {files.name, secret.name, "web-migration", "web-network"} <= made[
        "Deployment"
    ].depends_on
    assert {files.name, secret.name} <= migration.depends_on
    assert files.is_retained
    assert made["ContentHistory"].depends_on >= {"web-deployment"}, "what failed is not remembered"


def _named(made: Plan, prefix: str) -> str:
    return next(one.name for one in made.resources if one.name.startswith(prefix))


def test_other_files_are_another_object_and_never_a_replacement() -> None:
    names = {_named(_planned(files={"/etc/a": text}), "web-files-") for text in ("1", "2")}

    assert len(names) == 2


def test_without_files_and_secrets_there_is_nothing_to_remember() -> None:
    assert not [one for one in _planned().resources if one.type == f"{LOCAL}ContentHistory"]


def test_applications_may_call_one_another_in_any_order_and_namespace() -> None:
    made = plan(
        _program(
            lambda image, target: App(
                "web", image=image, target=target, calls=["orders"], expose=False
            ),
            lambda image, target: App(
                "orders", image=image, target=target, calls=["web"], expose=False, namespace="back"
            ),
        ),
        _KIND,
    )

    assert {"web-deployment", "orders-deployment"} <= {one.name for one in made.resources}


def test_a_call_to_an_application_that_is_not_there_is_refused_before_it_is_made() -> None:
    made: list[str] = []
    with pytest.raises(SettingsError, match="web calls orders, and the stack has no application"):
        made += [one.name for one in _planned(calls=["orders"]).resources]
    assert made == []


def test_the_image_tells_the_user_unless_the_settings_do() -> None:
    looked_up = _planned()["Deployment"].inputs["spec"]["template"]["spec"]["securityContext"]
    given = _planned(user=2000)

    assert (looked_up["runAsUser"], looked_up["runAsGroup"]) == (10001, 10002)
    security = given["Deployment"].inputs["spec"]["template"]["spec"]["securityContext"]
    assert (security["runAsUser"], security["runAsGroup"]) == (2000, 2000)
    assert not [one for one in given.resources if one.type == f"{LOCAL}ImageUser"]


def test_images_of_other_containers_are_resolved_and_delivered_too() -> None:
    made = _planned(sidecars=[{"name": "proxy", "image": "registry.example/proxy:1"}])
    (proxy,) = made["Deployment"].inputs["spec"]["template"]["spec"]["initContainers"]

    assert proxy["image"].startswith("registry.example/proxy@sha256:")
    assert "web-proxy-delivery" in made["Deployment"].depends_on


def test_an_application_tells_where_it_is_inside_the_cluster() -> None:
    hosts: list[str] = []
    plan(
        _program(
            lambda image, target: hosts.append(
                App("web", image=image, target=target, namespace="shop").host
            )
        ),
        _KIND,
    )

    assert hosts == ["web.shop.svc"]


def _with_a_note(manifest: dict[str, Any]) -> None:
    if manifest["kind"] == "Deployment":
        manifest["spec"]["template"]["spec"]["hostname"] = "adjusted"


def test_a_program_has_the_last_word_and_what_it_changed_says_so() -> None:
    made = _planned(adjust=_with_a_note)
    annotation = "slipway.dev/adjusted-by"

    assert made["Deployment"].inputs["spec"]["template"]["spec"]["hostname"] == "adjusted"
    assert made["Deployment"].metadata["annotations"][annotation].endswith("._with_a_note")
    assert annotation not in made["Service"].metadata["annotations"]


@pytest.mark.parametrize(
    ("settings", "limit"),
    [
        ({"startup_seconds": 30}, "122s"),
        ({"kind": "Job", "job": {"deadline_seconds": 100}}, "160s"),
        ({"kind": "StatefulSet", "replicas": 2, "startup_seconds": 30}, "192s"),
    ],
)
def test_the_provider_waits_as_long_as_a_rollout_may_take(
    settings: dict[str, Any], limit: str
) -> None:
    kind = settings.get("kind", "Deployment")

    assert _planned(**settings)[kind].timeouts == (limit, limit)
