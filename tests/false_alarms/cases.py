"""Troubles that pass by themselves, each in an application and a namespace of its own."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.false_alarms.scene import Scene, waits_for
from tests.rollouts.beside import Manifest, pod
from tests.rollouts.troubles import late, serving

_NODE_LABEL = "example.test/joined"
_NAMESPACE = "NAMESPACE"


def _nothing(scene: Scene) -> None:
    """Do nothing: the version itself, or the registry, makes the trouble."""
    del scene


def _no_change(scene: Scene) -> dict[str, Any]:
    del scene
    return {}


@dataclass(frozen=True)
class Case:
    """A trouble of one application."""

    title: str
    showed: Callable[[Scene], bool]
    """Returns, after the update, whether the trouble was there at all."""

    app: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Settings of the new version."""

    first: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Settings of the version before."""

    prepare: Callable[[Scene], None] = _nothing
    """Runs before the update."""

    end: Callable[[Scene], None] = _nothing
    """Runs during the update: it waits for the trouble, and ends it."""

    change: Callable[[Scene], dict[str, Any]] = _no_change
    """Returns what `adjust` changes in the new version."""

    beside: tuple[Manifest, ...] = ()
    """Objects that are in its namespace before the update."""


def _counting(file: str, failures: int, last: str) -> list[str]:
    """Return a command that fails some times, and then does something else."""
    script = (
        f"const fs = require('fs'); const runs = fs.existsSync('{file}') ? "
        f"+fs.readFileSync('{file}', 'utf8') : 0; fs.writeFileSync('{file}', String(runs + 1)); "
        f"if (runs < {failures}) {{ console.error('connect ECONNREFUSED 10.96.0.7:5432'); "
        f"process.exit(1); }} {last}"
    )
    return ["node", "-e", script]


def _unwell(seconds: int) -> list[str]:
    """Return a command that answers 503 for some seconds."""
    answer = f"r.statusCode = process.uptime() < {seconds} ? 503 : 200; r.end('ok')"
    return serving(answer)


_ENDING = ["node", "-e", (
    "const end = () => { if (require('fs').existsSync('/tmp/end')) process.exit(1) }; end(); "
    f"setInterval(end, 200); {serving()[2]}"
)]  # fmt: skip
"""A command that serves until there is a file, and never again."""


def _image(name: str) -> Callable[[Scene], dict[str, Any]]:
    return lambda scene: {"image": f"{scene.registry.host}/{name}/{scene.number}"}


def _host(scene: Scene) -> str:
    return f"registry-{scene.number}.example.test"


def _name_registry(scene: Scene) -> None:
    _wait_for_state(scene, "ErrImagePull", "ImagePullBackOff")
    scene.registry.reach_as(_host(scene))


def _wait_for_state(scene: Scene, *reasons: str) -> None:
    scene.wait(lambda: any(waits_for(each, *reasons) for each in scene.pods()))


def _end_old_pods(scene: Scene) -> None:
    (old,) = scene.pods(new=False)
    scene.kubectl("exec", old["metadata"]["name"], "--", "sh", "-c", ": > /tmp/end")
    scene.wait(lambda: _old_restarts(scene) > 0)


def _old_restarts(scene: Scene) -> int:
    statuses = [
        each for old in scene.pods(new=False) for each in old["status"]["containerStatuses"]
    ]
    return sum(each["restartCount"] for each in statuses)


def _evict(scene: Scene) -> None:
    name = scene.new_pod()["metadata"]["name"]
    _wait_until_it_runs(scene)
    body = {
        "apiVersion": "policy/v1",
        "kind": "Eviction",
        "metadata": {"name": name, "namespace": scene.namespace},
    }
    file = scene.guest.folder / f"eviction-{scene.number}.json"
    file.write_text(json.dumps(body), encoding="utf-8")
    path = f"/api/v1/namespaces/{scene.namespace}/pods/{name}/eviction"
    scene.guest.kubectl("create", f"--raw={path}", f"--filename={file}")


def _wait_until_it_runs(scene: Scene) -> None:
    scene.wait(lambda: any(each["status"].get("phase") == "Running" for each in scene.pods()))


def _was_evicted(scene: Scene) -> bool:
    """Return whether the ReplicaSet had to create a second pod."""
    sets = [each for each in scene.objects("replicasets") if _is_new(each, scene)]
    names = {each["metadata"]["name"] for each in sets}
    created = [each for each in scene.objects("events", "--field-selector=reason=SuccessfulCreate")
               if each["involvedObject"]["name"] in names]  # fmt: skip
    return len(created) > 1 or any(each.get("count", 1) > 1 for each in created)


def _is_new(replica_set: Mapping[str, Any], scene: Scene) -> bool:
    labels = replica_set["metadata"]["labels"]
    entries = replica_set["spec"]["template"]["spec"]["containers"][0]["env"]
    release = {"name": "RELEASE", "value": scene.release}
    return labels.get("app.kubernetes.io/name") == scene.name and release in entries


def _join(scene: Scene) -> None:
    _wait_until_unschedulable(scene)
    scene.pause(5)
    (node, *_) = scene.guest.kubectl("get", "nodes", "--output=name").split()[1:]
    scene.guest.kubectl("label", "--overwrite", node, f"{_NODE_LABEL}=round-{scene.number}")


def _wait_until_unschedulable(scene: Scene) -> None:
    def holds() -> bool:
        conditions = [each for pod in scene.pods() for each in pod["status"].get("conditions", [])]
        return any(each.get("reason") == "Unschedulable" for each in conditions)

    scene.wait(holds)


def _was_refused(words: str) -> Callable[[Scene], bool]:
    return lambda scene: any(words in each for each in scene.events("FailedCreate"))


def _free_quota(scene: Scene) -> None:
    scene.wait(lambda: _was_refused("exceeded quota")(scene))
    scene.pause(3)
    scene.kubectl("delete", "pods", "filler-1", "filler-2", "--force", "--grace-period=0")


def _remove_webhook(scene: Scene) -> None:
    scene.wait(lambda: _was_refused("failed calling webhook")(scene))
    scene.pause(3)
    scene.guest.kubectl("delete", "validatingwebhookconfiguration", f"{scene.namespace}-away")


def _scale(replicas: int) -> Callable[[Scene], None]:
    def scale(scene: Scene) -> None:
        if replicas > 1:
            scene.new_pod()
        scene.kubectl("scale", f"deployment/{scene.name}", f"--replicas={replicas}")
        both = lambda: len(scene.pods()) + len(scene.pods(new=False))  # noqa: E731
        scene.wait(lambda: both() >= replicas if replicas > 1 else both() == 1)

    return scale


_DEFAULT: Mapping[str, Any] = {"startupSeconds": 60}
"""The budget that applications have by default: the kubelet pulls again after 10 s, then 20."""

_SCALED: Mapping[str, Any] = {"autoscale": {"min": 1, "max": 4}}
_FILLERS = [pod(f"filler-{number}", nodeSelector={_NODE_LABEL: "never"}) for number in (1, 2)]
_FULL_QUOTA: Manifest = {
    "apiVersion": "v1",
    "kind": "ResourceQuota",
    "metadata": {"name": "full"},
    "spec": {"hard": {"pods": "3"}},
}
_WEBHOOK: Manifest = {
    "apiVersion": "admissionregistration.k8s.io/v1",
    "kind": "ValidatingWebhookConfiguration",
    "metadata": {"name": f"{_NAMESPACE}-away"},
    "webhooks": [
        {
            "name": "away.example.test",
            "admissionReviewVersions": ["v1"],
            "sideEffects": "None",
            "failurePolicy": "Fail",
            "timeoutSeconds": 1,
            "clientConfig": {"service": {"namespace": _NAMESPACE, "name": "nobody"}},
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": _NAMESPACE}},
            "rules": [
                {
                    "apiGroups": [""],
                    "apiVersions": ["v1"],
                    "operations": ["CREATE"],
                    "resources": ["pods"],
                }
            ],
        }
    ],
}

CASES: Mapping[str, Case] = {
    "registry-503": Case(
        "a registry answers 503 for 8 s",
        lambda scene: scene.registry.answers[f"failing/{scene.number}", 503] > 0,
        app=_DEFAULT,
        change=_image("failing"),
    ),
    "registry-name": Case(
        "the name of a registry is unknown for a while",
        lambda scene: bool(scene.events("Failed")),
        app=_DEFAULT,
        change=lambda scene: {"image": f"{_host(scene)}/web/{scene.number}"},
        end=_name_registry,
    ),
    "slow-pull": Case(
        "a pull takes longer than the start-up budget",
        lambda scene: scene.registry.answers[f"slow/{scene.number}", 200] > 0,
        change=_image("slow"),
    ),
    "two-crashes": Case(
        "two crashes until a dependency answers",
        lambda scene: scene.restarts() == 2,
        app={"command": _counting("/tmp/runs", 2, serving()[2])},
    ),
    "init-once": Case(
        "an init container fails once",
        lambda scene: scene.restarts(init=True) == 1,
        app={"init": [{"name": "prepare", "command": _counting("/tmp/runs", 1, "")}]},
    ),
    "late-probes": Case(
        "probes fail within the budget",
        lambda scene: any("503" in each for each in scene.events("Unhealthy")),
        app={"command": _unwell(12), "health": "/"},
    ),
    "evicted": Case(
        "a new pod is evicted",
        _was_evicted,
        app={"command": late(6)},
        end=_evict,
    ),
    "node-joins": Case(
        "no node for the pod until one joins",
        lambda scene: bool(scene.events("FailedScheduling")),
        change=lambda scene: {"nodeSelector": {_NODE_LABEL: f"round-{scene.number}"}},
        end=_join,
    ),
    "old-pods": Case(
        "pods of the version before crash",
        lambda scene: bool(scene.events("BackOff")),
        first={"command": _ENDING},
        prepare=_end_old_pods,
    ),
    "quota-freed": Case(
        "a used-up quota is freed",
        _was_refused("exceeded quota"),
        end=_free_quota,
        beside=(*_FILLERS, _FULL_QUOTA),
    ),
    "webhook-away": Case(
        "an admission webhook is away for a while",
        _was_refused("failed calling webhook"),
        end=_remove_webhook,
        beside=(_WEBHOOK,),
    ),
    "autoscaler": Case(
        "an autoscaler scales from 1 to 3 meanwhile",
        lambda scene: len(scene.pods()) == 3,
        first=_SCALED,
        app={**_SCALED, "command": late(4)},
        prepare=_scale(1),
        end=_scale(3),
    ),
}
"""The troubles that fit beside one another; those of nodes and of the API server do not."""
