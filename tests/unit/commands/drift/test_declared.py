"""Belongs here: which objects of a state are the stack's, and what they declare."""

import json
from typing import Any

from commands.drift.declared import Declared, declared_objects
from commands.drift.values import HIDDEN
from tests.unit.commands.drift import objects
from tests.unit.commands.drift.objects import MANAGER
from tests.unit.commands.drift.states import PROVIDER, applied
from tests.unit.commands.fakes import deployment, resource

_MARK = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def _declared(*resources: dict[str, Any]) -> list[Declared]:
    return declared_objects(deployment(PROVIDER, *resources))


def test_objects_come_in_the_order_of_their_creation_with_their_manager_and_time() -> None:
    timed = applied(objects.DEPLOYMENT, customTimeouts={"create": 90, "update": 90})
    namespace, workload = _declared(applied(objects.NAMESPACE), timed)
    assert namespace.place == ("", "Namespace", "", "shop")
    assert workload.place == ("apps", "Deployment", "shop", "web")
    assert workload.manifest == objects.DEPLOYMENT
    assert workload.manager == MANAGER
    assert (namespace.seconds, workload.seconds) == (600, 90)


def test_what_the_stack_does_not_keep_in_its_cluster_is_left_out() -> None:
    other = "urn:pulumi:kind::slipway::pulumi:providers:kubernetes::other::id"
    without_manager = {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "mine"}}
    job = objects.manifest("Job", "batch/v1")
    assert not _declared(
        applied(objects.SERVICE, delete=True),
        applied(objects.SERVICE, external=True),
        applied(objects.SERVICE, pendingReplacement=True),
        applied(objects.SERVICE, provider=other),
        applied(without_manager),
        applied(job),
        resource("docker:index/container:Container", "registry", inputs={"name": "x"}),
    )


def test_a_state_without_a_cluster_declares_nothing() -> None:
    assert declared_objects(deployment()) == []


def test_an_encrypted_value_is_hidden_and_a_decrypted_one_is_encoded() -> None:
    encrypted = {**objects.SECRET, "data": None, "stringData": {**_MARK, "ciphertext": "v1:x"}}
    plain = {**_MARK, "plaintext": json.dumps({"KEY": "hello"})}
    hidden, shown = _declared(
        applied(encrypted), applied({**objects.SECRET, "data": None, "stringData": plain})
    )
    assert hidden.manifest["data"] is HIDDEN
    assert hidden.has_secrets
    assert shown.manifest["data"] == {"KEY": "aGVsbG8="}
    assert "stringData" not in shown.manifest
    assert not shown.has_secrets


def test_one_encrypted_text_hides_no_other() -> None:
    texts = {"KEY": {**_MARK, "ciphertext": "v1:x"}, "NAME": "hello"}
    (secret,) = _declared(applied({**objects.SECRET, "data": {}, "stringData": texts}))
    assert secret.manifest["data"] == {"KEY": HIDDEN, "NAME": "aGVsbG8="}


def test_status_and_fields_that_are_null_are_not_declared() -> None:
    (service,) = _declared(applied({**objects.SERVICE, "status": {}, "extra": None}))
    assert service.manifest == objects.SERVICE
