"""What a finding says, and what is no finding."""

import pytest

from components.checks import Finding, check
from components.checks.finding import UNKNOWN
from tests.unit.components.checks.programs import ABSENT, Manifest, Mutation, program


def findings(object_: str, path: str, value: object, *, strict: bool = True) -> list[Finding]:
    """Return the findings of the program with one change."""
    return check(Mutation(object_, path, value, "").applied().values(), strict=strict)


def test_a_finding_has_the_place_the_value_the_reason_and_an_example() -> None:
    (finding,) = findings("service", "spec.ports.0.port", 70000)

    assert finding == Finding(
        object="Service shop/web",
        path="spec.ports[0].port",
        value=70000,
        reason="must be 65535 or less",
        example="65535",
        rule="schema",
    )
    assert str(finding) == (
        "Service shop/web: spec.ports[0].port 70000: must be 65535 or less; e.g. 65535"
    )


def test_an_unknown_field_is_shown_with_the_one_that_is_meant() -> None:
    (finding,) = findings("deployment", "spec.replica", 3)

    assert (finding.reason, finding.example) == ("there is no such field", "replicas")


def test_an_unserved_version_is_shown_with_the_one_that_is_served() -> None:
    (finding, *_) = findings("autoscaler", "apiVersion", "autoscaling/v2beta2")

    assert finding.reason == (
        "Kubernetes 1.37 has no HorizontalPodAutoscaler in autoscaling/v2beta2"
    )
    assert finding.example == "autoscaling/v1/HorizontalPodAutoscaler"


def test_the_content_of_a_secret_is_never_shown() -> None:
    (finding,) = findings("secret", "data.password", "hunter2!")

    assert "hunter2" not in str(finding)


def test_what_may_be_in_the_cluster_is_missing_in_the_strict_mode_only() -> None:
    fault = ("deployment", "spec.template.spec.serviceAccountName", "deployer")

    assert findings(*fault, strict=False) == []
    assert [each.reason for each in findings(*fault)] == ["is no ServiceAccount of the program"]


def test_an_object_of_another_namespace_is_not_the_one_that_is_named() -> None:
    reasons = {each.reason for each in findings("secret", "metadata.namespace", "a", strict=False)}

    assert reasons == {"is a Secret of the namespace a, not of shop"}


def test_an_optional_reference_may_lead_nowhere() -> None:
    reference = {"name": "other", "key": "a", "optional": True}
    path = "spec.template.spec.containers.0.env.1.valueFrom.secretKeyRef"

    assert findings("deployment", path, reference) == []


def test_nothing_is_found_in_values_that_are_known_only_later() -> None:
    container = "spec.template.spec.containers.0"

    for path in ("image", "ports.0.containerPort", "env.1.valueFrom.secretKeyRef.name"):
        assert findings("deployment", f"{container}.{path}", UNKNOWN) == []
    assert findings("service", "spec.selector", UNKNOWN) == []


def test_null_is_no_value() -> None:
    assert findings("deployment", "spec.template.spec.hostNetwork", None) == []
    assert findings("service", "spec.type", None) == []


def test_two_objects_of_one_name_are_found() -> None:
    objects = program()
    objects["again"] = objects["config"]

    assert [each.reason for each in check(objects.values())] == [
        "is there twice: ConfigMap shop/web-config"
    ]


def test_custom_resources_are_checked_for_their_names_only() -> None:
    route: Manifest = {
        "apiVersion": "gateway.networking.k8s.io/v1",
        "kind": "HTTPRoute",
        "metadata": {"name": "web"},
        "spec": {"anything": True},
    }

    assert check([route]) == []
    assert [each.path for each in check([{**route, "metadata": {"name": "Web"}}])] == [
        "metadata.name"
    ]


def test_pods_are_held_to_the_standard_of_their_namespace() -> None:
    objects = program()
    pod = objects["deployment"]["spec"]["template"]["spec"]
    del pod["securityContext"]["runAsNonRoot"]
    label = "pod-security.kubernetes.io/enforce"

    found = check(objects.values())
    assert "under the Pod Security Standard restricted of the namespace" in found[0].reason
    objects["namespace"]["metadata"]["labels"][label] = "baseline"
    assert check(objects.values()) == []


def test_a_service_may_begin_with_a_digit_from_1_36_on() -> None:
    objects = program()
    objects["headless"]["metadata"]["name"] = "1db"
    objects["stateful"]["spec"]["serviceName"] = "1db"

    assert [each.path for each in check(objects.values(), kubernetes="1.35")] == ["metadata.name"]
    assert check(objects.values(), kubernetes="1.36") == []


def test_lists_are_unpacked() -> None:
    items = list(Mutation("service", "spec.ports.0.port", ABSENT, "").applied().values())
    whole: Manifest = {"apiVersion": "v1", "kind": "List", "items": items}

    assert [each.path for each in check([whole])] == ["spec.ports[0].port"]


def test_an_unsupported_version_is_refused() -> None:
    with pytest.raises(ValueError, match=r"supported are 1\.30 to 1\.37"):
        check(program().values(), kubernetes="1.20")
