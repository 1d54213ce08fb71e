"""A deployment runs a program to its end, and shows what it registered."""

import asyncio
import os

import pulumi
import pulumi_kubernetes
import pytest
import yaml
from pulumi.runtime import settings

from components.testing import (
    UNKNOWN,
    DuplicateResource,
    RejectedObjects,
    UnansweredCall,
    UnsupportedFeature,
    deploy,
    secret,
)
from tests.unit.components.testing.programs import Group, Thing, kubernetes, manifest, workload


def test_resources_are_shown_with_their_options() -> None:
    async def hook(_args: pulumi.ResourceHookArgs) -> None: ...

    def program() -> None:
        first = Thing("first")
        Thing(
            "second",
            pulumi.ResourceOptions(
                depends_on=[first],
                protect=True,
                ignore_changes=["size"],
                aliases=[pulumi.Alias(name="old")],
                hooks=pulumi.ResourceHookBinding(
                    before_update=[pulumi.ResourceHook("drain", hook)]
                ),
                custom_timeouts=pulumi.CustomTimeouts(create="5m"),
                retain_on_delete=True,
                deleted_with=first,
            ),
            place=first.address,
        )

    second = deploy(program, outputs={"cloud:index:Thing": {"address": "10.0.0.1"}})["second"]

    assert second.inputs == {"place": "10.0.0.1"}
    assert second.depends_on == {"first"}
    assert second.depends_by_input["place"] == {"first"}
    assert second.protect
    assert second.retain_on_delete
    assert second.ignore_changes == ("size",)
    assert second.aliases == ("urn:pulumi:test::project::cloud:index:Thing::old",)
    assert second.hooks == {"before_update": ("drain",)}
    assert second.timeouts == {"create": "5m"}
    assert second.deleted_with == "first"
    assert second.urn == "urn:pulumi:test::project::cloud:index:Thing::second"


def test_components_have_their_children_and_outputs() -> None:
    made = deploy(lambda: Group("shop"), outputs={"cloud:index:Thing": {"address": "10.0.0.1"}})

    assert [each.name for each in made.children("shop")] == ["shop-thing"]
    assert made["Thing"].parent == "shop"
    assert made["Thing"].urn.split("::")[2] == "shop:index:Group$cloud:index:Thing"
    assert made["shop"].outputs == {"address": "10.0.0.1"}
    assert not made["shop"].is_custom


def test_the_provider_of_a_resource_is_its_own_or_its_parents() -> None:
    class Cloud(pulumi.ProviderResource):
        def __init__(self) -> None:
            super().__init__("cloud", "east", {"region": "east"})

    def program() -> None:
        Group("shop", pulumi.ResourceOptions(providers=[Cloud()]))

    assert deploy(program)["shop-thing"].provider == "east"


def test_the_configuration_is_given_as_plain_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULUMI_CONFIG", '{"project:size": "9", "project:other": "x"}')

    def program() -> None:
        config = pulumi.Config()
        pulumi.export("size", config.require_int("size"))
        pulumi.export("tags", config.require_object("tags"))
        pulumi.export("other", config.get("other"))
        pulumi.export("region", pulumi.Config("cloud").require("region"))
        pulumi.export("place", [pulumi.get_project(), pulumi.get_stack()])

    made = deploy(program, config={"size": 3, "tags": {"a": [1]}, "cloud:region": "east"})

    assert made.outputs == {
        "size": 3,
        "tags": {"a": [1]},
        "region": "east",
        "place": ["project", "test"],
    }


def test_other_stacks_have_the_given_outputs() -> None:
    def program() -> None:
        network = pulumi.StackReference("org/network/prod")
        pulumi.export("id", network.require_output("id"))
        pulumi.export("key", network.require_output("key"))

    outputs = {"id": "vpc-1", "key": secret("key of the network")}
    made = deploy(program, references={"org/network/prod": outputs})

    assert made.outputs == {"id": "vpc-1", "key": "key of the network"}
    assert made.is_secret("key")
    assert not made.is_secret("id")
    with pytest.raises(UnansweredCall, match="org/network/prod"):
        deploy(program)


def test_functions_of_providers_have_the_given_results() -> None:
    def program() -> None:
        found = pulumi.runtime.invoke("cloud:index:getZone", {"name": "a"})
        pulumi.export("zone", found.value["id"])

    answers = {"cloud:index:getZone": lambda args: {"id": f"zone-{args['name']}"}}

    assert deploy(program, calls=answers).outputs == {"zone": "zone-a"}
    with pytest.raises(UnansweredCall, match="cloud:index:getZone"):
        deploy(program)


def test_what_a_program_raises_is_raised_as_it_is() -> None:
    class OwnError(Exception):
        pass

    def directly() -> None:
        Thing("first")
        raise OwnError

    def in_apply() -> None:
        Thing("first").urn.apply(lambda _: (_ for _ in ()).throw(OwnError()))

    def for_an_input() -> None:
        def fail(_urn: str) -> str:
            raise OwnError

        Thing("second", size=Thing("first").urn.apply(fail))

    async def awaited() -> None:
        await asyncio.sleep(0)
        raise OwnError

    for program in (directly, in_apply, for_an_input, awaited):
        with pytest.raises(OwnError):
            deploy(program)


def test_assertions_in_apply_are_reached() -> None:
    def program() -> None:
        def check(urn: str) -> None:
            assert urn == "another"

        Thing("first").urn.apply(check)

    with pytest.raises(AssertionError):
        deploy(program)


def test_a_preview_knows_only_what_is_known_before() -> None:
    def program() -> None:
        thing = Thing("first", size=1)
        Thing("second", place=thing.address)
        pulumi.export("address", thing.address)
        pulumi.export("dry", pulumi.runtime.is_dry_run())

    given = {"cloud:index:Thing": {"address": "10.0.0.1"}}
    made = deploy(program, outputs=given, preview=True)

    assert made["second"]["place"] is UNKNOWN
    assert made.outputs == {"address": UNKNOWN, "dry": True}
    later = deploy(program, outputs=given, preview=True, before=deploy(program, outputs=given))
    assert later["second"]["place"] == "10.0.0.1"


def test_kubernetes_objects_have_the_names_that_the_provider_gives() -> None:
    def program() -> None:
        made = kubernetes("config", manifest("ConfigMap"))
        pulumi.export("id", made.id)

    made = deploy(program)

    name = made.objects[0]["metadata"]["name"]
    assert name.startswith("config-")
    assert made.outputs == {"id": f"default/{name}"}


def test_a_users_program_has_the_vendors_classes() -> None:
    config = manifest("ConfigMap", "config", data={"a": "b"})
    text = yaml.safe_dump_all([workload("web", replicas=2), config])

    def program() -> None:
        group = pulumi_kubernetes.yaml.ConfigGroup("all", yaml=[text])
        web = group.get_resource("apps/v1/Deployment", "web")
        pulumi.export("replicas", web.spec["replicas"])
        pulumi_kubernetes.core.v1.Service("web", spec={"ports": [{"port": 80}]})

    made = deploy(program)

    assert {each["kind"] for each in made.objects} == {"Deployment", "ConfigMap", "Service"}
    assert made.outputs == {"replicas": 2}
    assert made["Deployment"].parent == "all"
    assert made["Deployment"]["metadata.name"] == "web"


def test_an_existing_resource_is_read_and_no_object_of_the_program() -> None:
    def program() -> None:
        own = pulumi.ResourceOptions(id="default/web")
        found = pulumi.CustomResource("kubernetes:core/v1:Service", "found", {"spec": None}, own)
        pulumi.export("id", found.id)

    made = deploy(program, outputs={"kubernetes:core/v1:Service": {"spec": {"type": "NodePort"}}})

    assert made.outputs == {"id": "default/web"}
    assert made["found"].is_read
    assert made["found"].outputs["spec"] == {"type": "NodePort"}
    assert made.objects == []
    assert not made.changes


def test_resources_that_are_passed_on_are_given_by_their_urns() -> None:
    def program() -> None:
        Thing("second", place=Thing("first"))

    assert deploy(program)["second"]["place"].endswith("::first")


def test_objects_that_a_cluster_refuses_are_refused() -> None:
    def program() -> None:
        kubernetes("web", workload(replicas=-1))

    with pytest.raises(RejectedObjects) as refused:
        deploy(program)

    assert str(refused.value).splitlines()[1] == (
        "  Deployment default/web: spec.replicas -1: must be 0 or more; e.g. 0"
    )
    assert deploy(program, kubernetes=None)["web"]["spec.replicas"] == -1


def test_two_resources_of_one_name_are_refused() -> None:
    def program() -> None:
        Thing("first")
        Thing("first")

    with pytest.raises(DuplicateResource, match="first"):
        deploy(program)


def test_transforms_which_are_not_applied_are_refused() -> None:
    def program() -> None:
        Thing("first", pulumi.ResourceOptions(transforms=[lambda args: None]))

    with pytest.raises(UnsupportedFeature, match="transform"):
        deploy(program)


def test_transformations_are_applied() -> None:
    def larger(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        return pulumi.ResourceTransformationResult({**args.props, "size": 2}, args.opts)

    def program() -> None:
        Thing("first", pulumi.ResourceOptions(transformations=[larger]), size=1)

    assert deploy(program)["first"]["size"] == 2


def test_messages_are_kept() -> None:
    made = deploy(lambda: pulumi.log.warn("the region is far away"))

    assert made.messages == ("the region is far away",)


def test_a_missing_input_is_shown_with_those_that_are_there() -> None:
    made = deploy(lambda: Thing("first", tags=[{"a": 1}]))

    assert made["first"]["tags[0].a"] == 1
    assert made["first"].get("tags[1].a", "none") == "none"
    with pytest.raises(KeyError, match=r"tags\[0\] has a"):
        made["first"]["tags[0].b"]
    with pytest.raises(KeyError, match="cloud:index:Thing first"):
        made["second"]


def test_deployments_leave_nothing_behind() -> None:
    names = ("monitor", "engine", "project", "stack", "dry_run", "callbacks", "root_directory")

    def state() -> list[object]:
        values = [getattr(settings.SETTINGS, name) for name in names]
        return [*values, settings.ROOT.get(), dict(os.environ)]

    async def in_another_context() -> list[object]:
        return await asyncio.to_thread(state)

    before, apart = state(), asyncio.run(in_another_context())
    deploy(lambda: Thing("first"), stack="left", config={"a": "b"}, preview=True)

    assert state() == before
    assert asyncio.run(in_another_context()) == apart
    assert deploy(lambda: None).resources == ()


def test_a_deployment_runs_inside_of_an_event_loop_too() -> None:
    async def test() -> int:
        return len(deploy(lambda: Thing("first")).resources)

    assert asyncio.run(test()) == 1
