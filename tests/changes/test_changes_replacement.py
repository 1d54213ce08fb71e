"""Changes of immutable fields: in place, refused, or present afterwards; nothing is lost."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.live.guest import Guest
from tests.live.project import Project

pytestmark = pytest.mark.live

_SERVE = "require('http').createServer((q, r) => r.end('here')).listen(8080)"
_STORE = f"process.on('SIGTERM', () => process.exit()); {_SERVE}"
_CLIENT = """
const http = require('http'); let answered = 0; const failed = [];
setInterval(() => http.get(
  {host: 'web', port: 8080, agent: false, timeout: 5000},
  (response) => { response.resume(); response.on('end', () => answered++) }
).on('error', (error) => failed.push(error.code)), 50);
http.createServer((q, r) => r.end(JSON.stringify({answered, failed}))).listen(8080);
"""
_CLASS = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "growing"},
    "provisioner": "rancher.io/local-path",
    "volumeBindingMode": "WaitForFirstConsumer",
    "allowVolumeExpansion": True,
}


class Shop(Guest):
    """A StatefulSet `web` with data, which a client asks for all the time by the Service's name."""

    def change(self, **app: Any) -> None:
        """Change settings of `web`; None removes one."""
        web = self.settings["slipway:apps"]["web"]
        kept = {key: value for key, value in {**web["app"], **app}.items() if value is not None}
        web["app"] = kept
        self.save_settings()

    def stateful_set(self) -> dict[str, Any]:
        (found,) = self.objects("statefulsets")
        return found

    def service(self) -> dict[str, Any]:
        return json.loads(
            self.kubectl("get", "service", "web", f"--namespace={self.name}", "--output=json")
        )["spec"]

    def claims(self) -> dict[str, str]:
        """The size of each claim, as asked for."""
        found = self.objects("persistentvolumeclaims")
        return {
            each["metadata"]["name"]: each["spec"]["resources"]["requests"]["storage"]
            for each in found
        }

    def identities(self) -> dict[str, str]:
        """The UIDs of the pods of `web`."""
        return {pod["metadata"]["name"]: pod["metadata"]["uid"] for pod in self.pods("web")}

    def asked(self) -> dict[str, Any]:
        """How many requests of the client were answered, and why the others failed."""
        (pod,) = self.pods("client")
        script = "fetch('http://localhost:8080').then(r => r.text()).then(console.log)"
        name = pod["metadata"]["name"]
        at = ("exec", f"--namespace={self.name}", name, "--container=client", "--")
        return json.loads(self.kubectl(*at, "node", "-e", script))

    def require_present(self) -> None:
        """Fail unless every object of the state exists in the cluster."""
        for each in self.state()["deployment"]["resources"]:
            if each["type"].startswith("kubernetes:") and each.get("custom"):
                metadata = each["inputs"]["metadata"]
                kind = each["inputs"]["kind"]
                place = f"--namespace={metadata.get('namespace', 'default')}"
                self.kubectl("get", kind, metadata["name"], place)


@pytest.fixture(scope="module")
def shop(first_up: tuple[Project, Any], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    host = first_up[0]
    file = host.folder / "class.json"
    file.write_text(json.dumps(_CLASS))
    host.kubectl("apply", f"--filename={file}")
    image = {"context": "app"}
    storage = {"path": "/var/lib/shop", "size": "16Mi", "storageClass": "growing"}
    made = Shop(
        tmp_path_factory.mktemp("shop"),
        host,
        apps={
            "web": {
                "image": image,
                "app": {
                    "kind": "StatefulSet", "replicas": 2, "expose": False, "drainSeconds": 5,
                    "command": ["node", "-e", _STORE], "storage": [storage],
                    "service": {"port": 8080, "type": "Headless"},
                },
            },
            "client": {
                "image": image,
                "app": {
                    "replicas": 1, "expose": False, "command": ["node", "-e", _CLIENT],
                    "drainSeconds": 0,
                },
            },
        },
    )  # fmt: skip
    made.up()
    yield made
    made.remove()
    host.kubectl("delete", "storageclass", "growing")


def test_a_larger_volume_grows_its_claims_and_restarts_no_pod(shop: Shop) -> None:
    before = shop.identities()
    storage = [{"path": "/var/lib/shop", "size": "32Mi", "storageClass": "growing"}]
    shop.change(storage=storage)

    preview = shop.pulumi("preview")
    ran = shop.up()

    assert "storage-0 grows from 16Mi to 32Mi" in preview.output
    assert " replace" not in preview.output
    assert shop.claims() == {"storage-0-web-0": "32Mi", "storage-0-web-1": "32Mi"}, ran.output
    assert shop.identities() == before, ran.output
    shop.require_present()
    shop.up("--expect-no-changes")


def test_a_volume_is_added_pod_by_pod(shop: Shop) -> None:
    storage = shop.settings["slipway:apps"]["web"]["app"]["storage"]
    shop.change(storage=[*storage, {"path": "/var/lib/more", "size": "16Mi"}])

    ran = shop.up()

    assert sorted(shop.claims()) == [
        "storage-0-web-0", "storage-0-web-1", "storage-1-web-0", "storage-1-web-1",
    ], ran.output  # fmt: skip
    shop.up("--expect-no-changes")


def test_a_headless_service_gets_a_cluster_ip_and_loses_it_while_every_request_is_answered(
    shop: Shop,
) -> None:
    before = shop.asked()
    shop.change(service={"port": 8080, "type": "ClusterIP"})
    ran = shop.up()
    with_address = shop.service()["clusterIP"]
    between = shop.asked()
    shop.change(service={"port": 8080, "type": "Headless"})
    again = shop.up()
    after = shop.asked()

    assert "in place" in ran.output and "in place" in again.output
    assert with_address not in ("None", "", None)
    assert shop.service()["clusterIP"] == "None"
    assert between["failed"] == before["failed"], ran.output
    assert after["failed"] == between["failed"], again.output
    assert after["answered"] > between["answered"] + 500
    names = [each["metadata"]["name"] for each in shop.objects("services")]
    assert sorted(names) == ["client", "web", "web-pods"]
    shop.require_present()
    shop.up("--expect-no-changes")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"storage": [{"path": "/var/lib/shop", "size": "8Mi"}]}, "cannot shrink"),
        ({"namespace": "elsewhere"}, "nothing serves until the new pods are ready"),
        (
            {
                "storage": [
                    {"path": "/var/lib/more", "size": "32Mi"},
                    {"path": "/var/lib/shop", "size": "32Mi"},
                ]
            },
            "the data of another path",
        ),
        (
            {
                "storage": [
                    {"path": "/var/lib/shop", "size": "32Mi", "storageClass": "growing"},
                    {"path": "/var/lib/more", "size": "32Mi"},
                ]
            },
            "does not allow volume expansion",
        ),
    ],
)
def test_a_change_with_a_loss_is_refused_in_preview_and_update(
    shop: Shop, change: dict[str, Any], words: str
) -> None:
    before, settings = shop.identities(), dict(shop.settings["slipway:apps"]["web"]["app"])
    shop.change(**change)
    try:
        preview = shop.pulumi("preview", check=False)
        ran = shop.up(check=False)
    finally:
        shop.settings["slipway:apps"]["web"]["app"] = settings
        shop.save_settings()

    for each in (preview, ran):
        assert each.code != 0
        assert words in each.output and "allowReplace" in each.output
    assert shop.identities() == before
    shop.up()
    shop.up("--expect-no-changes")


def test_what_is_lost_is_lost_only_where_the_settings_allow_it(shop: Shop) -> None:
    storage = [
        {"path": "/var/lib/shop", "size": "16Mi", "storageClass": "growing"},
        {"path": "/var/lib/more", "size": "16Mi"},
    ]
    shop.change(storage=storage, allowReplace=True)
    shop.up()
    shop.change(allowReplace=None)

    assert shop.claims()["storage-0-web-0"] == "32Mi", "a claim does not shrink"
    (template, _) = shop.stateful_set()["spec"]["volumeClaimTemplates"]
    assert template["spec"]["resources"]["requests"]["storage"] == "16Mi"
    shop.up("--expect-no-changes")


def test_every_object_that_is_replaced_by_force_exists_afterwards(
    shop: Shop, live: Project
) -> None:
    for project in (shop, live):
        urns = [
            each["urn"]
            for each in project.state()["deployment"]["resources"]
            if each["type"].startswith("kubernetes:")
        ]
        project.up(*(f"--replace={urn}" for urn in urns))
        Shop.require_present(project)  # pyright: ignore[reportArgumentType]
        project.up("--expect-no-changes")
