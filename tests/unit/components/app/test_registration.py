"""The registration of an application's objects: after what they need, secrets as secrets."""

from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from components import App, AppArgs, Image, SettingsError, Target
from components.testing import Deployment

from ..plan import LOCAL, OWNER, named_by_content, objects_of, plan

_KIND = {"slipway:target": {"product": "kind"}}
_POLICIES = ("network", "migration-network")


def _program(*apps: Callable[[Image, Target], Any]) -> Callable[[], None]:
    def program() -> None:
        target = Target.select()
        image = Image("web", reference="registry.example/web:1", target=target)
        for make in apps:
            make(image, target)

    return program


def _planned(**settings: Any) -> Deployment:
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
    return made["Secret"]["metadata"]["name"]


def test_secrets_are_registered_as_secrets_under_a_name_that_reveals_nothing() -> None:
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

    assert secret["stringData"] == {"TOKEN": "swordfish"}
    assert secret.is_secret("stringData")
    assert secret.name == secret["metadata"]["name"] == token["valueFrom"]["secretKeyRef"]["name"]
    assert secret.inputs["immutable"] is True
    assert secret.retain_on_delete, "pods of earlier versions may use it"
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
    files, secret = named_by_content(made, "web-files"), made["Secret"]
    migration = made["web-migration"]

    policies = {named_by_content(made, f"web-{key}").name for key in _POLICIES}

    assert {files.name, secret.name, "web-migration", *policies} <= made["Deployment"].depends_on
    assert {files.name, secret.name, *policies} <= migration.depends_on
    assert files.retain_on_delete
    assert made["ContentHistory"].depends_on >= {"web-deployment"}, (
        "failed versions are not remembered"
    )


def test_other_files_are_another_object_and_never_a_replacement() -> None:
    one, other = (_planned(files={"/etc/a": text}) for text in ("1", "2"))

    assert named_by_content(one, "web-files").name != named_by_content(other, "web-files").name


def test_without_files_and_secrets_there_is_nothing_to_remember() -> None:
    assert not [each for each in _planned().resources if each.type == f"{LOCAL}ContentHistory"]


def test_a_program_passes_the_applications_that_it_calls() -> None:
    def program() -> None:
        target = Target.select()
        image = Image("web", reference="registry.example/web:1", target=target)
        orders = App("orders", image=image, target=target, expose=False, namespace="back")
        App("web", image=image, target=target, calls=[orders])
        App(
            "shop", AppArgs(calls=["web"], expose=False), image=image, target=target, calls=[orders]
        )

    made = plan(program, _KIND)

    assert _callees(made, "web") == {"orders"}
    assert _callees(made, "shop") == {"web", "orders"}, "those of `args` count too"
    *_, rule = named_by_content(made, "web-network").inputs["spec"]["egress"]
    labels = rule["to"][0]["podSelector"]["matchLabels"]
    assert labels["app.kubernetes.io/name"] == "orders"


def _callees(made: Deployment, application: str) -> set[str]:
    labels = made[f"{application}-deployment"].inputs["spec"]["template"]["metadata"]["labels"]
    return {key.partition("/")[2] for key in labels if key.startswith("calls.slipway.dev/")}


def test_names_in_settings_may_name_applications_that_follow() -> None:
    def program() -> None:
        target = Target.select()
        image = Image("web", reference="registry.example/web:1", target=target)
        for name, callee in (("web", "orders"), ("orders", "web")):
            App(name, AppArgs(calls=[callee], expose=False), image=image, target=target)

    made = plan(program, _KIND)

    assert (_callees(made, "web"), _callees(made, "orders")) == ({"orders"}, {"web"})


@pytest.mark.parametrize("calls", ["orders", ["orders"], [None]])
def test_a_name_in_place_of_an_application_is_refused(calls: Any) -> None:
    message = r'App\("web"\): calls: .* is not accepted: pass the App itself, e.g. calls=\[api\]'
    with pytest.raises(SettingsError, match=message):
        _planned(calls=calls)


def test_the_user_is_that_of_the_image_unless_given() -> None:
    looked_up = _planned()["Deployment"].inputs["spec"]["template"]["spec"]["securityContext"]
    given = _planned(user=2000)

    assert (looked_up["runAsUser"], looked_up["runAsGroup"]) == (10001, 10002)
    security = given["Deployment"].inputs["spec"]["template"]["spec"]["securityContext"]
    assert (security["runAsUser"], security["runAsGroup"]) == (2000, 2000)
    assert not [each for each in given.resources if each.type == f"{LOCAL}ImageUser"]


def test_images_of_other_containers_are_resolved_and_delivered_too() -> None:
    made = _planned(sidecars=[{"name": "proxy", "image": "registry.example/proxy:1"}])
    (proxy,) = made["Deployment"].inputs["spec"]["template"]["spec"]["initContainers"]

    assert proxy["image"].startswith("registry.example/proxy@sha256:")
    assert "web-proxy-delivery" in made["Deployment"].depends_on


def test_an_application_has_the_host_by_which_others_reach_it() -> None:
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


def test_a_program_can_adjust_manifests_and_changed_ones_are_annotated() -> None:
    made = _planned(adjust=_with_a_note)
    annotation = "slipway.dev/adjusted-by"

    assert made["Deployment"].inputs["spec"]["template"]["spec"]["hostname"] == "adjusted"
    assert made["Deployment"]["metadata"]["annotations"][annotation].endswith("._with_a_note")
    assert annotation not in made["Service"]["metadata"]["annotations"]


def test_a_policy_that_a_program_adjusts_is_created_before_the_pods_too() -> None:
    def adjust(manifest: dict[str, Any]) -> None:
        if manifest["kind"] == "NetworkPolicy":
            manifest["spec"]["ingress"] = []

    made, settled = _planned(adjust=adjust), _planned()
    policy = named_by_content(made, "web-network").name

    assert policy != named_by_content(settled, "web-network").name
    assert policy in made["Deployment"].depends_on


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

    assert _planned(**settings)[kind].timeouts == {"create": limit, "update": limit}


def test_the_provider_waits_as_long_as_a_migration_may_take() -> None:
    made = _planned(migration={"command": ["migrate"], "deadline_seconds": 3600})

    assert made["web-migration"].timeouts["update"] == "3660s", "its own limit is 10 minutes"


@pytest.mark.parametrize(
    "target",
    [
        {"product": "kind"},
        {
            "product": "cloud",
            "context": "shop",
            "registry": {"repository": "registry.example/team"},
        },
    ],
)
def test_an_object_that_is_replaced_is_deleted_before_it_is_created_again(
    target: dict[str, Any],
) -> None:
    made = plan(
        _program(
            lambda image, target: App(
                "web", image=image, target=target, migration={"command": ["migrate"]}
            )
        ),
        {"slipway:target": target},
    )

    assert {each.delete_before_replace for each in objects_of(made)} == {True}
    assert made["web-migration"]["metadata"]["annotations"]["pulumi.com/replaceUnready"] == "true"


@pytest.mark.parametrize(
    ("key", "settings", "ignored"),
    [
        ("web-service", {}, {"spec.clusterIP"}),
        (
            "web-statefulset",
            {"kind": "StatefulSet"},
            {
                "spec.volumeClaimTemplates", "spec.serviceName", "spec.podManagementPolicy",
                "spec.revisionHistoryLimit",
            },
        ),
        ("web-deployment", {}, set()),
    ],
)  # fmt: skip
def test_pulumi_ignores_what_an_update_changes_in_place(
    key: str, settings: dict[str, Any], ignored: set[str]
) -> None:
    made = _planned(**settings)

    assert set(made[key].ignore_changes) == ignored
    assert "web-immutable-fields" in made[key].depends_on, "nothing changes before the guard"


def test_the_provider_waits_for_no_cron_job() -> None:
    made = _planned(kind="CronJob", job={"schedule": "0 3 * * *"})

    assert made["CronJob"].timeouts == {}


def test_an_autoscaler_waits_for_its_workload_which_waits_for_no_address() -> None:
    made = _planned(autoscale={"max": 4})

    assert "web-deployment" in made["web-autoscaler"].depends_on
    assert not {"web-service", "web-budget"} & made["web-deployment"].depends_on, (
        "pods need no address to start"
    )


def test_what_leads_to_an_application_changes_after_its_rollout_the_route_first() -> None:
    expose = {"type": "Ingress", "host": "web.example"}
    made = plan(
        _program(lambda image, target: App("web", image=image, target=target)),
        {"slipway:target": {**_CLOUD, "expose": expose}},
    )

    assert "web-deployment" in made["web-ingress"].depends_on
    assert {"web-deployment", "web-ingress"} <= made["web-service"].depends_on


def test_pods_of_a_stateful_set_have_their_names_before_they_start() -> None:
    made = _planned(kind="StatefulSet", replicas=1)

    assert "web-pods" in made["web-statefulset"].depends_on


def _two(target: dict[str, Any], first: dict[str, Any], second: dict[str, Any], name: str) -> None:
    """Register the applications `web` and `name`."""

    def program() -> None:
        made = Target.select()
        image = Image("web", reference="registry.example/web:1", target=made)
        App("web", image=image, target=made, **first)
        App(name, image=image, target=made, **second)

    plan(program, {"slipway:target": target})


_CLOUD: dict[str, Any] = {
    "product": "cloud",
    "context": "shop",
    "registry": {"repository": "registry.example/team"},
}


@pytest.mark.parametrize(
    ("first", "name", "message"),
    [
        ({"kind": "StatefulSet"}, "web-pods", "web already has the Service web-pods"),
        (
            {"migration": {"command": ["migrate"]}},
            "web-migration",
            "web already has the name web-migration, for its migration",
        ),
        (
            {"sidecars": [{"name": "x", "image": "registry.example/proxy:1"}]},
            "web-x",
            "web already has the name web-x, for its container x",
        ),
    ],
)
def test_a_program_is_refused_an_application_with_the_name_of_anothers_part(
    first: dict[str, Any], name: str, message: str
) -> None:
    with pytest.raises(SettingsError, match=rf'App\("{name}"\): {name}: {message}.*rename one'):
        _two(_CLOUD, first, {}, name)


@pytest.mark.parametrize(
    ("name", "settings", "message"),
    [
        ("Web", {}, r"'Web' cannot be the name of an application: .*, e\.g\. web"),
        ("a" * 41, {}, "at most 40 of a to z"),
        ("1a", {}, "a letter first"),
        ("web", {"init": [{"name": "web", "command": ["x"]}]}, "its own container is called web"),
        ("data", {"data": {"command": ["x"]}}, "its own container is called data"),
    ],
)
def test_a_program_is_refused_a_name_that_objects_or_containers_cannot_have(
    name: str, settings: dict[str, Any], message: str
) -> None:
    def program() -> None:
        target = Target.select()
        App(name, image=Image("x", reference="a/b:1", target=target), target=target, **settings)

    with pytest.raises(SettingsError, match=message):
        plan(program, _KIND)


def test_a_headless_service_leads_to_the_port_of_the_pods() -> None:
    urls: list[Any] = []

    def program() -> None:
        target = Target.select()
        image = Image("web", reference="registry.example/web:1", target=target)
        app = App("web", image=image, target=target, port=9000, service={"type": "Headless"})
        app.url.apply(urls.append)

    plan(program, _KIND)

    assert urls == ["http://web.slipway-kind.svc:9000"]


def test_a_program_is_refused_a_second_application_at_one_host() -> None:
    target = {**_CLOUD, "expose": {"type": "Ingress", "host": "web.example"}}

    with pytest.raises(SettingsError, match=r"shop: web already has the path / of the host web\.e"):
        _two(target, {}, {}, "shop")
    _two(target, {}, {"expose": False}, "shop")


@pytest.mark.parametrize("target", [{"product": "kind"}, _CLOUD])
def test_a_namespace_is_deleted_by_its_removal_alone_and_after_all_that_is_in_it(
    target: dict[str, Any],
) -> None:
    made = plan(
        _program(lambda image, target: App("web", image=image, target=target)),
        {"slipway:target": {**target, "namespaces": {"quota": {"pods": "9"}}}},
    )
    removal = made["NamespaceRemoval"]

    assert made["Namespace"].retain_on_delete
    assert removal.deleted_with == made["Namespace"].deleted_with
    assert made["Namespace"].name in removal.depends_on
    inside = [
        each
        for each in objects_of(made)
        if each["metadata"].get("namespace") == removal.inputs["namespace"]
    ]
    assert len(inside) > 3
    for each in inside:
        assert removal.name in each.depends_on, each.name


def test_only_objects_in_a_cluster_with_other_owners_carry_the_id_and_no_pod_or_selector_does() -> (
    None
):
    program = _program(
        lambda image, target: App(
            "web", image=image, target=target, files={"/a": "b"}, migration={"command": ["x"]}
        )
    )
    cloud, kind = (
        plan(program, {"slipway:target": each}) for each in (_CLOUD, {"product": "kind"})
    )

    for each in objects_of(cloud):
        assert each["metadata"]["labels"]["slipway.dev/owner"] == OWNER, each.name
        assert OWNER not in str({**each.inputs, "metadata": None}), each.name
    assert OWNER not in str([each.inputs for each in objects_of(kind)])


@pytest.mark.parametrize("release", ["together", "separately"])
def test_workloads_that_are_released_together_wait_for_what_each_of_them_needs(
    release: str,
) -> None:
    def app(name: str) -> Callable[[Image, Target], Any]:
        settings: dict[str, Any] = {
            "expose": False, "files": {"/etc/motd": name}, "release": release,
        }  # fmt: skip
        return lambda image, target: App(name, image=image, target=target, **settings)

    made = plan(_program(app("web"), app("api")), _KIND)
    files = [named_by_content(made, f"{name}-files").name for name in ("web", "api")]
    for name in ("web-deployment", "api-deployment"):
        assert (set(files) <= made[name].depends_on) == (release == "together")
        assert not {"web-deployment", "api-deployment"} & made[name].depends_on
