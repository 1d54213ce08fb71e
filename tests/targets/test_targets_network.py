"""Which traffic passes in a cluster that enforces network policies."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.live.project import Project
from tests.live.traffic import Traffic, eventually, eventually_from
from tests.targets.addons import enforce_policies

pytestmark = pytest.mark.live

_SERVE = (
    "for (const port of [8080, 9090]) require('http').createServer((_, r) => r.end()).listen(port)"
)
_ASK = """\
fetch('{url}', {{ signal: AbortSignal.timeout(3000) }}).then(
  (answer) => console.log('passed', answer.status),
  (error) => console.log('blocked', error.cause?.code ?? error.name),
)"""


@dataclass
class Scene:
    """A stack of four applications in four namespaces, and two pods that are not of the stack."""

    project: Project
    sample: dict[str, Any]
    """The committed stack file's settings of the application that is exposed."""

    stranger: str = ""
    """Address of the pod in the namespace that is not of the stack."""

    def namespace(self, name: str) -> str:
        """Namespace of an application or pod."""
        own = {"web": "", "orders": "-back", "neighbour": "-back"}
        return self.project.name + own.get(name, f"-{name}")

    def call(self, caller: str, url: str) -> str:
        """What one request from a pod ends with: `passed 200`, or `blocked` and why."""
        pod = caller if caller in ("stranger", "neighbour") else f"deployment/{caller}"
        at = ("exec", f"--namespace={self.namespace(caller)}", pod, f"--container={caller}")
        full = url.replace("STRANGER", self.stranger)
        for name in ("web", "orders", "audit"):
            full = full.replace(f"//{name}", f"//{name}.{self.namespace(name)}.svc")
        return self.project.kubectl(*at, "--", "node", "-e", _ASK.format(url=full)).strip()

    def applications(self, **more: dict[str, Any]) -> None:
        """Write the stack file: four applications, with more settings for some."""
        sample = {**self.sample, "calls": ["orders"]}
        other = {
            "expose": False,
            "replicas": 1,
            "drainSeconds": 0,
            "command": ["node", "-e", _SERVE],
        }
        settings = {name: other | {"namespace": self.namespace(name)} for name in _OTHERS}
        apps = {"web": sample, **settings}
        self.project.settings["slipway:apps"] = {
            name: {"image": {"context": "app"}, "app": app | more.get(name, {})}
            for name, app in apps.items()
        }
        self.project.save_settings()

    def strangers(self) -> None:
        """Run two pods that the stack knows nothing of, of the image that it has."""
        form = "--output=jsonpath={.spec.template.spec.containers[0].image}"
        where = f"--namespace={self.project.name}"
        image = self.project.kubectl("get", "deployment/web", where, form)
        outside = {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": self.namespace("stranger")},
        }
        pods = [self._pod(name, image) for name in ("stranger", "neighbour")]
        file = self.project.folder / "strangers.json"
        file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": [outside, *pods]}))
        self.project.kubectl("apply", f"--filename={file}")
        for name in ("stranger", "neighbour"):
            ready = ("--for=condition=Ready", "--timeout=60s")
            self.project.kubectl(
                "wait", f"--namespace={self.namespace(name)}", f"pod/{name}", *ready
            )
        address = ("get", "pod/stranger", "--output=jsonpath={.status.podIP}")
        where = f"--namespace={self.namespace('stranger')}"
        self.stranger = self.project.kubectl(*address, where)

    def _pod(self, name: str, image: str) -> dict[str, Any]:
        container = {
            "name": name,
            "image": image,
            "command": ["node", "-e", _SERVE],
            "securityContext": {
                "allowPrivilegeEscalation": False,
                "runAsNonRoot": True,
                "runAsUser": 10001,
                "capabilities": {"drop": ["ALL"]},
                "seccompProfile": {"type": "RuntimeDefault"},
            },
        }
        metadata = {"name": name, "namespace": self.namespace(name)}
        spec = {"containers": [container], "terminationGracePeriodSeconds": 0}
        return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}


_OTHERS = ("orders", "shop", "audit")

_PASSES = {
    "from an application to one that it calls, in another namespace": ("web", "http://orders"),
    "from a pod of the same namespace": ("neighbour", "http://orders"),
    "from anybody to what is exposed": ("stranger", "http://web"),
    "from a namespace that `ingress` names": ("stranger", "http://audit"),
    "to the address and port that `egress` names": ("audit", "http://STRANGER:8080"),
}
_BLOCKED = {
    "from an application of the stack that does not call it": ("shop", "http://orders"),
    "from the one that is called to its caller": ("orders", "http://web"),
    "from a namespace that is not of the stack": ("stranger", "http://orders"),
    "from a namespace of the stack that `ingress` does not name": ("neighbour", "http://audit"),
    "to an address that is not declared": ("web", "http://STRANGER:8080"),
    "to a port that `egress` does not name": ("audit", "http://STRANGER:9090"),
}


def _declared(scene: Scene) -> dict[str, Any]:
    outside = scene.namespace("stranger")
    return {
        "ingress": [{"namespace": outside}],
        "egress": [{"cidr": f"{scene.stranger}/32", "ports": [8080]}],
    }


@pytest.fixture(scope="module")
def scene(project_of: Callable[[int], Project]) -> Iterator[Scene]:
    """Everything is deployed, and policies are enforced."""
    project = project_of(2)
    made = Scene(project, project.settings.pop("slipway:app"))
    for key in ("slipway:name", "slipway:image"):
        del project.settings[key]
    made.applications()
    project.up()
    enforce_policies(project)
    made.strangers()
    made.applications(audit=_declared(made))
    project.up()
    yield made
    project.remove()


@pytest.mark.parametrize("traffic", _PASSES)
def test_what_is_declared_passes(scene: Scene, traffic: str) -> None:
    caller, url = _PASSES[traffic]

    _settles(scene, caller, url, "passed 200")


@pytest.mark.parametrize("traffic", _BLOCKED)
def test_what_is_not_declared_is_blocked(scene: Scene, traffic: str) -> None:
    caller, url = _BLOCKED[traffic]

    _settles(scene, caller, url, "blocked")


def test_a_blocked_application_still_resolves_names_and_reports_the_block(scene: Scene) -> None:
    name = f"orders.{scene.namespace('orders')}.svc.cluster.local"
    look_up = (
        f"require('dns').promises.lookup('{name}').then((found) => console.log(found.address))"
    )
    at = ("exec", f"--namespace={scene.namespace('shop')}", "deployment/shop", "--container=shop")

    found = scene.project.kubectl(*at, "--", "node", "-e", look_up).strip()

    where = ("get", "service/orders", f"--namespace={scene.namespace('orders')}")
    assert found == scene.project.kubectl(*where, "--output=jsonpath={.spec.clusterIP}")


def test_the_url_answers_from_every_pod_and_through_an_update(scene: Scene) -> None:
    url = scene.project.url
    eventually_from(url, "pod", 3)

    with Traffic(url) as traffic:
        scene.applications(audit=_declared(scene), web={"env": {"VERSION": "2"}})
        scene.project.up()

    assert traffic.failed == []
    assert traffic.answered > 20
    eventually_from(url, "pod", 3)  # and no more: an old one may answer while it drains


def test_a_failed_update_that_declares_less_leaves_the_old_version_its_traffic(
    scene: Scene,
) -> None:
    broken = {"command": ["node", "-e", "process.exit(1)"], "startupSeconds": 10}
    calls = ("audit", "http://STRANGER:8080")
    scene.applications(audit=broken)

    assert scene.project.up(check=False).code != 0
    _settles(scene, *calls, "passed 200")

    scene.applications(audit={})
    scene.project.up()
    _settles(scene, *calls, "blocked")
    scene.applications(audit=_declared(scene))
    scene.project.up()
    _settles(scene, *calls, "passed 200")


def test_what_is_blocked_passes_without_policies_and_not_with_them_again(scene: Scene) -> None:
    off = {"networkPolicy": False}
    scene.applications(**dict.fromkeys(("web", *_OTHERS), off))
    scene.project.up()
    for caller, url in _BLOCKED.values():
        _settles(scene, caller, url, "passed 200")

    scene.applications(audit=_declared(scene))
    scene.project.up()
    for caller, url in _BLOCKED.values():
        _settles(scene, caller, url, "blocked")
    scene.project.pulumi("preview", "--expect-no-changes")


def _settles(scene: Scene, caller: str, url: str, answer: str) -> None:
    """Requests end with `answer` soon, three times in a row: a controller takes its time."""
    answers: list[str] = []

    def holds() -> bool:
        answers.append(scene.call(caller, url))
        last = answers[-3:]
        return len(last) == 3 and all(one.startswith(answer) for one in last)

    try:
        eventually(f"from {caller} to {url}: {answer}", holds, seconds=120)
    except AssertionError as error:
        raise AssertionError(f"{error}; but {answers[-1]}") from None
