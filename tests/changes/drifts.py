"""Kinds of drift: each a change by hand, by whom it is reported, and what becomes of it."""

from dataclasses import dataclass
from typing import Any

from tests.changes.by_hand import CHANGES, Change

_TOKEN = "plain-text-of-this-test"
SECRETS = ("a-secret-of-this-test", _TOKEN)
"""Texts that no output and no stack file may have."""

_SLEEP = "/spec/template/spec/containers/0/lifecycle/preStop/sleep/seconds"
_JOB = "/spec/jobTemplate/spec"


def _replaced(what: str, path: str, value: str) -> tuple[str, ...]:
    patch = f'[{{"op":"replace","path":"{path}","value":{value}}}]'
    return ("patch", what, "--type=json", f"--patch={patch}")


def _nightly(path: str, value: str) -> tuple[str, ...]:
    return _replaced("cronjob/nightly", path, value)


def _load(path: str, value: str) -> tuple[str, ...]:
    return _replaced("horizontalpodautoscaler.autoscaling/load", path, value)


def _resources(kind: str, amount: str) -> tuple[str, ...]:
    return ("set", "resources", "deployment/shop", f"--{kind}={amount}")


@dataclass(frozen=True)
class Drift:
    """A change by hand as `make drift` and `FIX=file` treat it."""

    name: str
    change: Change
    author: str = ""
    """Manager that is named; empty where the API server keeps none, as of what was removed."""

    setting: str = ""
    """Setting of the stack file that has it afterwards; empty if none has."""

    value: Any = None
    reason: str = ""
    """Why none has it."""

    is_timed: bool = True
    """Whether the time is named: the API server keeps none of a `kubectl scale`."""


def _listed(number: int, name: str, author: str = "", **more: Any) -> Drift:
    return Drift(name, CHANGES[number], author, **more)


def _own(name: str, command: tuple[str, ...], line: str, setting: str, value: Any) -> Drift:
    author = f"kubectl-{command[0]}"
    return Drift(name, Change(command, line), author, setting, value)


_OTHER = "no setting has this field"
_MADE_OF = "the policy is made of"
_OWN_LABEL = "the labels are Slipway's own"
_MISSING = "an object that is missing is no setting"

DRIFTS = (
    _listed(
        0, "replicas", "kubectl (scale)", is_timed=False, setting="apps.shop.app.replicas", value=3
    ),
    _listed(1, "no replicas", setting="apps.orders.app.replicas", value=0),
    _listed(2, "image by a tag", "kubectl-set", reason="an image by a tag"),
    _listed(3, "variable", "kubectl-set", setting="apps.orders.app.env.MODE", value="slow"),
    _listed(
        *(4, "variable of a field", "kubectl-set"),
        setting="apps.orders.app.env.POD_NAME",
        value="me",
    ),
    _listed(5, "memory too small", "kubectl-set", reason="'1Mi' is not accepted"),
    _listed(6, "paused", "kubectl-rollout", reason=_OTHER),
    _listed(8, "own label", "kubectl-label", reason=_OWN_LABEL),
    _listed(9, "own annotation", reason="the annotation is Slipway's own"),
    _listed(10, "port", "kubectl-edit", setting="apps.shop.app.service.port", value=81),
    _listed(11, "selector", "kubectl-set", reason=_OTHER),
    _listed(12, "kinds of traffic", "kubectl-edit", reason=_MADE_OF),
    _listed(13, "allowed traffic", reason=_MADE_OF),
    _listed(14, "budget", "kubectl-patch", reason=_OTHER),
    _listed(15, "most replicas", "kubectl-edit", setting="apps.load.app.autoscale.max", value=9),
    _listed(
        *(16, "schedule", "kubectl-edit"),
        setting="apps.nightly.app.job.schedule",
        value="0 4 1 1 *",
    ),
    _listed(*(17, "quota", "kubectl-edit"), setting="target.namespaces.quota.pods", value="30"),
    _listed(18, "pod security", "kubectl-label", reason=_OWN_LABEL),
    _listed(19, "seconds to end", "other", setting="apps.shop.app.shutdownSeconds", value=98),
    _listed(20, "no Service", reason=_MISSING),
    _listed(22, "no policy", reason=_MISSING),
    _listed(23, "no budget", reason=_MISSING),
    _own(
        "fewest replicas",
        _load("/spec/minReplicas", "1"),
        "load: the HorizontalPodAutoscaler's spec.minReplicas was changed from 2 to 1",
        *("apps.load.app.autoscale.min", 1),
    ),
    _own(
        "target of CPU",
        _load("/spec/metrics/0/resource/target/averageUtilization", "80"),
        "load: the HorizontalPodAutoscaler's spec.metrics was changed",
        *("apps.load.app.autoscale.cpu", 80),
    ),
    _own(
        "time before fewer",
        _load("/spec/behavior/scaleDown/stabilizationWindowSeconds", "120"),
        "spec.behavior.scaleDown.stabilizationWindowSeconds was changed from 300 to 120",
        *("apps.load.app.autoscale.scaleDownStabilizationSeconds", 120),
    ),
    _own(
        "time zone",
        _nightly("/spec/timeZone", '"Europe/Berlin"'),
        "nightly: the CronJob's spec.timeZone was changed from Etc/UTC to Europe/Berlin",
        *("apps.nightly.app.job.timeZone", "Europe/Berlin"),
    ),
    _own(
        "two at a time",
        _nightly("/spec/concurrencyPolicy", '"Replace"'),
        "nightly: the CronJob's spec.concurrencyPolicy was changed from Forbid to Replace",
        *("apps.nightly.app.job.concurrency", "Replace"),
    ),
    _own(
        "retries",
        _nightly(f"{_JOB}/backoffLimit", "4"),
        "nightly: the CronJob's spec.jobTemplate.spec.backoffLimit was changed from 2 to 4",
        *("apps.nightly.app.job.retries", 4),
    ),
    _own(
        "deadline",
        _nightly(f"{_JOB}/activeDeadlineSeconds", "700"),
        "spec.jobTemplate.spec.activeDeadlineSeconds was changed from 600 to 700",
        *("apps.nightly.app.job.deadlineSeconds", 700),
    ),
    _own(
        "command",
        _nightly(f"{_JOB}/template/spec/containers/0/command", '["node", "--help"]'),
        "containers[nightly].command was changed from .* to .*",
        *("apps.nightly.app.command", ["node", "--help"]),
    ),
    _own(
        "CPU",
        _resources("requests", "cpu=50m"),
        "containers[shop].resources.requests.cpu was changed from 25m to 50m",
        *("apps.shop.app.cpu", "50m"),
    ),
    _own(
        "limit of CPU",
        _resources("limits", "cpu=2"),
        "containers[shop].resources.limits.cpu was changed from 1 to 2",
        *("apps.shop.app.cpuLimit", "2"),
    ),
    _own(
        "limit of memory",
        _resources("limits", "memory=200Mi"),
        "containers[shop].resources.limits.memory was changed from 96Mi to 200Mi",
        *("apps.shop.app.memoryLimit", "200Mi"),
    ),
    _own(
        "memory",
        _resources("requests", "memory=100Mi"),
        "containers[shop].resources.requests.memory was changed from 96Mi to 100Mi",
        *("apps.shop.app.memory", "100Mi"),
    ),
    _own(
        "disk",
        _resources("requests", "ephemeral-storage=70Mi"),
        "containers[shop].resources.requests.ephemeral-storage was changed from 64Mi to 70Mi",
        *("apps.shop.app.ephemeralStorage", "70Mi"),
    ),
    _own(
        "limit of disk",
        _resources("limits", "ephemeral-storage=2Gi"),
        "containers[shop].resources.limits.ephemeral-storage was changed from 1Gi to 2Gi",
        *("apps.shop.app.ephemeralStorageLimit", "2Gi"),
    ),
    _own(
        "time before ready",
        ("patch", "deployment/shop", '--patch={"spec":{"minReadySeconds":2}}'),
        "shop: the Deployment's spec.minReadySeconds was changed from 1 to 2",
        *("apps.shop.app.minReadySeconds", 2),
    ),
    _own(
        "time to drain",
        _replaced("statefulset/orders", _SLEEP, "2"),
        "containers[orders].lifecycle.preStop.sleep.seconds was changed from 1 to 2",
        *("apps.orders.app.drainSeconds", 2),
    ),
    _own(
        "annotation",
        ("annotate", "service/shop", "--overwrite", "note=b"),
        "shop: the Service's metadata.annotations.note was changed from a to b",
        *("apps.shop.app.service.annotations.note", "b"),
    ),
    _own(
        "image by its digest",
        ("set", "image", "cronjob/report", "report=IMAGE"),
        "containers[report].image was changed from .* to .*@sha256:",
        *("apps.report.image.reference", "IMAGE"),
    ),
    Drift(
        "variable in place of a secret",
        Change(("set", "env", "deployment/shop", f"TOKEN={_TOKEN}"), "env[TOKEN].value was set"),
        "kubectl-set",
        reason="it may be a secret, which is never written in plain text",
    ),
)
