"""The other containers of a pod, and what containers share."""

import dataclasses
from typing import Any

import pulumi
import pytest

from ..apps import PLACE, env, main, objects, pod, refusal

Manifest = dict[str, Any]
_DATA = {"command": ["node", "data.js"]}
_A = {"name": "a", "command": ["a"]}


def _helpers(**settings: Any) -> dict[str, Manifest]:
    return {container["name"]: container for container in pod(**settings).get("initContainers", ())}


def _paths(container: Manifest) -> dict[str, Manifest]:
    return {mount["mountPath"]: mount for mount in container["volumeMounts"]}


def test_a_data_container_writes_what_the_application_reads() -> None:
    settings: Manifest = {"data": {**_DATA, "path": "/shared"}}
    data = _helpers(**settings)["data"]

    assert data["command"] == ["node", "data.js"]
    assert "readOnly" not in _paths(data)["/shared"]
    assert _paths(main(**settings))["/shared"]["readOnly"] is True
    assert _paths(data)["/shared"]["name"] == _paths(main(**settings))["/shared"]["name"]
    assert env(main(**settings))["DATA_DIR"] == env(data)["DATA_DIR"] == "/shared"


def test_without_data_there_is_one_container_and_no_shared_volume() -> None:
    assert _helpers() == {}
    assert [volume["name"] for volume in pod()["volumes"]] == ["tmp"]
    assert "DATA_DIR" not in env(main())


def test_a_sidecar_starts_before_the_application_and_ends_after_it() -> None:
    proxy = _helpers(sidecars=[{"name": "proxy", "port": 9000, "command": ["proxy"]}])["proxy"]

    assert proxy["restartPolicy"] == "Always", "what makes an init container a sidecar"
    assert proxy["readinessProbe"]["tcpSocket"] == {"port": 9000}
    assert proxy["ports"] == [{"containerPort": 9000, "protocol": "TCP"}]


def test_an_init_container_ends_before_the_application_starts() -> None:
    first = _helpers(init=[{"name": "prepare", "command": ["prepare"]}])["prepare"]

    assert "restartPolicy" not in first
    assert not {"startupProbe", "readinessProbe", "livenessProbe"} & set(first)


def test_other_containers_run_the_application_image_unless_given() -> None:
    place = dataclasses.replace(PLACE, images={**PLACE.images, "proxy": "proxy@sha256:2"})
    both: list[Manifest] = [
        {"name": "proxy", "image": "proxy:1"},
        {"name": "same", "env": {"ROLE": "other"}},
    ]
    spec = objects(place, sidecars=both)["Deployment"]["spec"]["template"]["spec"]
    images = {container["name"]: container["image"] for container in spec["initContainers"]}

    assert images == {"proxy": "proxy@sha256:2", "same": PLACE.images["application"]}


def test_other_containers_see_what_they_name_and_temporary_files_of_their_own() -> None:
    settings: Manifest = {
        "writable": ["/tmp", "/cache"],
        "files": {"/etc/app.json": "{}"},
        "secrets": {"TOKEN": pulumi.Output.secret("t")},
        "sidecars": [
            {
                "name": "one",
                "command": ["one"],
                "mounts": ["/cache", "/etc/app.json"],
                "secrets": ["TOKEN"],
            },
            {"name": "two", "command": ["two"]},
        ],
    }
    one, two = _helpers(**settings).values()

    assert set(_paths(one)) == {"/tmp", "/cache", "/etc/app.json"}
    assert set(_paths(two)) == {"/tmp"}
    assert _paths(one)["/tmp"]["name"] != _paths(two)["/tmp"]["name"]
    assert "TOKEN" in env(one) and "TOKEN" not in env(two)


def test_files_are_mounted_one_by_one_from_a_config_map_named_by_its_content() -> None:
    made = objects(files={"/etc/app/app.json": "{}", "/etc/app/log level": "debug"})
    config = made["ConfigMap"]
    template = made["Deployment"]["spec"]["template"]["spec"]
    mounts = _paths(template["containers"][0])

    assert config["immutable"] is True
    assert template["volumes"][-1]["configMap"] == {"name": config["metadata"]["name"]}
    for path, text in {"/etc/app/app.json": "{}", "/etc/app/log level": "debug"}.items():
        assert config["data"][mounts[path]["subPath"]] == text
        assert mounts[path]["readOnly"] is True


def test_other_files_have_another_name_and_the_same_ones_the_same() -> None:
    def name(text: str) -> str:
        return objects(files={"/etc/a": text})["ConfigMap"]["metadata"]["name"]

    assert name("1") == name("1") != name("2")


def test_secrets_are_named_and_never_in_a_manifest() -> None:
    secret = pulumi.Output.secret("swordfish")
    made = objects(secrets={"TOKEN": secret}, secret_files={"/etc/key": secret})
    container = made["Deployment"]["spec"]["template"]["spec"]["containers"][0]

    token = next(entry for entry in container["env"] if entry["name"] == "TOKEN")
    assert token["valueFrom"] == {"secretKeyRef": {"name": PLACE.secret, "key": "TOKEN"}}
    assert _paths(container)["/etc/key"]["readOnly"] is True
    assert "swordfish" not in str(made)


def test_a_secret_in_plain_text_is_refused_and_not_shown() -> None:
    message = refusal(secrets={"TOKEN": "swordfish"}, secret_files={"/etc/key": "swordfish"})

    assert "pulumi config set --secret" in message
    assert "secrets.TOKEN" in message and "secret_files" in message
    assert "swordfish" not in message


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"sidecars": [{**_A, "port": 8080}]}, "port 8080 is that of the application and"),
        ({"sidecars": [_A, _A]}, "two containers are called a"),
        ({"data": _DATA, "init": [{**_A, "name": "data"}]}, "two containers are called data"),
        ({"sidecars": [{**_A, "secrets": ["B"]}]}, "uses the secret B"),
        ({"sidecars": [{**_A, "mounts": ["/b"]}]}, "the application has: /tmp"),
        ({"sidecars": [{"name": "A_b"}]}, "pattern"),
        ({"sidecars": [{**_A, "name": "a" * 60}]}, "at most 59 characters"),
        ({"sidecars": [{"name": "a"}]}, "run the application once more; it needs `command`"),
        ({"init": [{**_A, "env": {"B": "1"}, "secrets": ["B"]}]}, "variable and a secret"),
        ({"init": [{"name": "application"}]}, "lock file names the application's own image"),
        ({"sidecars": [{"name": "application"}]}, "rename the container"),
        ({"data": {}}, "needs `command`"),
        ({"writable": ["/proc/a"]}, "/proc is the kernel's in every container"),
        ({"writable": [{"path": "/a", "size": "2Gi"}]}, "e.g. ephemeralStorageLimit: 2Gi"),
        ({"writable": [{"path": "/a", "size": "1Gi", "memory": True}]}, "e.g. memoryLimit: 1Gi"),
        ({"data": {**_DATA, "size": "9Gi"}}, "data.size: 9Gi for /data is more"),
        ({"memory": "0"}, "an amount from 4Mi to 64Ti"),
        ({"cpu": "0m"}, "an amount from 1m to 4096"),
        ({"cpu": "9" * 20}, "an amount from 1m to 4096"),
        ({"ephemeral_storage_limit": "1Ki"}, "an amount from 1Mi to 64Ti"),
        ({"env": {"..": "x"}}, "begins with `..`"),
        ({"env_from": {"A": {"secret": "s", "key": ".."}}}, "begins with `..`"),
        ({"env_from": {"A": {"secret": "a..b", "key": "k"}}}, "pattern"),
        ({"env_from": {"A": {"field": "spec.replicas"}}}, "none that the downward API gives"),
        ({"env_from": {"A": {"field": "metadata.labels['a b']"}}}, "none that the downward API"),
        ({"writable": ["/etc/app"], "files": {"/etc/app/x": ""}}, "would hide or overwrite"),
        ({"writable": ["/a", "/a"]}, "mounted by writable and writable"),
        ({"files": {"/a": "", "/a/b": ""}}, "cannot be a file"),
        ({"writable": ["/a/../b"]}, "write /b"),
        ({"writable": ["relative"]}, "pattern"),
        ({"env": {"A": "1"}, "env_from": {"A": {"field": "metadata.uid"}}}, "both env and envFrom"),
        ({"env_from": {"A": {"secret": "s"}}}, "`key` goes with"),
        ({"env_from": {"A": {}}}, "one of `secret`"),
        ({"env": {"A": 1}}, "in quotes"),
        ({"env": {"A": "a\x7fb"}}, "U+007F at 1"),
        ({"files": {"/etc/a": "\x00"}}, "U+0000 at 0"),
        ({"args": ["\x9f"]}, "U+009F"),
        ({"command": ["\ud800"]}, "U+D800"),
        ({"env": {"1A": "x"}}, "pattern"),
    ],
)
def test_containers_that_do_not_go_together_are_refused(settings: Manifest, message: str) -> None:
    assert message in refusal(**settings)
