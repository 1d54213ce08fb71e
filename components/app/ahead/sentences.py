"""The findings that sentences of the API server make, each with what to do."""

import re

from ...k8s.quantity import amount
from .finding import Finding
from .subject import Subject

_MOST_CHARACTERS = 600


def webhook(subject: Subject, match: re.Match[str]) -> Finding:
    """Return the finding for a refusal by an admission webhook."""
    return refused(subject, f"the admission webhook `{match[1]}`", match[2].strip(": "))


def policy(subject: Subject, match: re.Match[str]) -> Finding:
    """Return the finding for a refusal by a ValidatingAdmissionPolicy."""
    return refused(subject, f"the admission policy `{match[1]}`", match[2])


def constraint(subject: Subject, match: re.Match[str]) -> Finding:
    """Return the finding for a refusal by OpenShift's security context constraints."""
    return refused(subject, "every security context constraint", match[1])


def refused(subject: Subject, by: str, reason: str) -> Finding:
    """Return the finding for a refusal by a part of the cluster."""
    return Finding(
        cause=f"admission: refused by {by}",
        message=f"{subject.application}: {by} of the cluster refuses it in the namespace "
        f"{subject.namespace}",
        details=_short(reason),
        next_step="change what the sentence names, or ask the administrators of the cluster for "
        "an exception",
    )


def pod_security(subject: Subject, match: re.Match[str]) -> Finding:
    """Return the finding for a refusal by Pod Security."""
    return Finding(
        cause="admission: Pod Security",
        message=f"{subject.application}: the namespace {subject.namespace} does not allow its "
        f"pods: they are not as safe as the level `{match[1]}` demands",
        details=_short(match[2]),
        next_step="set what the sentence names, e.g. by `adjust` of App; `kubectl get namespace "
        f"{subject.namespace} --show-labels` shows the level",
    )


def limits(subject: Subject, match: re.Match[str]) -> Finding:
    """Return the finding for a refusal by a LimitRange."""
    return Finding(
        cause="limit range",
        message=f"{subject.application}: a LimitRange of the namespace {subject.namespace} does "
        "not allow what a pod of it asks for",
        details=_short(match[1]),
        next_step="set `cpu`, `memory` or `memoryLimit` within these limits (slipway:app.memory: "
        f"128Mi); `kubectl describe limitrange --namespace={subject.namespace}` shows them",
    )


def over_quota(subject: Subject, match: re.Match[str]) -> Finding | None:
    """Return a finding where the request alone is more than the quota."""
    requested, limited = _pairs(match[2]), _pairs(match[3])
    over = [
        f"{name}: {requested[name]} is needed, {limited[name]} is allowed"
        for name in requested.keys() & limited.keys()
        if amount(requested[name]) > amount(limited[name])
    ]
    return small_quota(subject, match[1], sorted(over)) if over else None


def small_quota(subject: Subject, name: str, lines: list[str]) -> Finding:
    """Return the finding for a quota that can never hold what the workload needs."""
    return Finding(
        cause="quota",
        message=f"{subject.application}: the ResourceQuota `{name}` of the namespace "
        f"{subject.namespace} is too small for it, even if nothing else used it",
        details="\n".join(lines),
        next_step="ask for fewer `replicas`, less `cpu` or less `memory` (slipway:app.replicas: "
        f"2), or for a larger quota; `kubectl describe resourcequota {name} "
        f"--namespace={subject.namespace}` shows it",
    )


def unset(subject: Subject, match: re.Match[str]) -> Finding:
    """Return the finding for a quota that demands requests or limits."""
    return Finding(
        cause="quota",
        message=f"{subject.application}: the ResourceQuota `{match[1]}` of the namespace "
        f"{subject.namespace} admits only containers that say how much they need",
        details=_short(f"must specify {match[2]}"),
        next_step="set it, e.g. `cpuLimit` for limits.cpu (slipway:app.cpuLimit: 500m)",
    )


def uncovered(subject: Subject, match: re.Match[str]) -> Finding:
    """Return the finding for pods that a quota has to cover, and none does."""
    return Finding(
        cause="quota",
        message=f"{subject.application}: no ResourceQuota of the namespace {subject.namespace} "
        "covers it, and the cluster demands one",
        details=_short(match[1]),
        next_step=f"`kubectl describe resourcequota --namespace={subject.namespace}`, and ask the "
        "administrators of the cluster for a quota, or set another `priorityClass`",
    )


def account(subject: Subject, match: re.Match[str]) -> Finding | None:
    """Return the finding for a service account that admission does not find."""
    # The cluster adds this one to a new namespace, a moment later.
    return None if match[1] == "default" else missing_account(subject, match[1])


def missing_account(subject: Subject, name: str) -> Finding:
    """Return the finding for a service account that does not exist."""
    return Finding(
        cause="ServiceAccount missing",
        message=f"{subject.application}: the ServiceAccount `{name}` does not exist in the "
        f"namespace {subject.namespace}",
        details="its pods are to run under it; without it, the cluster creates none of them",
        next_step=f"`kubectl create serviceaccount {name} --namespace={subject.namespace}`, or "
        "another name in `serviceAccount`",
    )


def priority(subject: Subject, match: re.Match[str]) -> Finding:
    """Return the finding for a priority class that does not exist."""
    return _missing_class(subject, "PriorityClass", match[1], "`priorityClass`")


def runtime(subject: Subject, match: re.Match[str]) -> Finding:
    """Return the finding for a runtime class that does not exist."""
    return _missing_class(subject, "RuntimeClass", match[1], "`runtimeClassName` in `adjust`")


def _missing_class(subject: Subject, kind: str, name: str, setting: str) -> Finding:
    return Finding(
        cause=f"{kind} missing",
        message=f"{subject.application}: the {kind} `{name}` does not exist in the cluster",
        details=f"its pods in the namespace {subject.namespace} name it; without it, the cluster "
        "creates none of them",
        next_step=f"`kubectl get {kind.lower()}` lists those that exist: choose one in {setting}",
    )


def no_namespace(subject: Subject, match: re.Match[str]) -> Finding:
    """Return the finding for a namespace that does not exist."""
    return Finding(
        cause="Namespace missing",
        message=f"{subject.application}: the namespace {match[1]} does not exist",
        details="",
        next_step=f"`kubectl create namespace {match[1]}`, or another one in `namespace`",
    )


def no_right(subject: Subject, sentence: str) -> Finding:
    """Return the finding for an account that may not write the workload."""
    return Finding(
        cause="no right to deploy",
        message=f"{subject.application}: this account may not write a {subject.kind} in the "
        f"namespace {subject.namespace}",
        details=_short(sentence),
        next_step=f"`kubectl auth can-i patch {subject.kind.lower()}s "
        f"--namespace={subject.namespace}` answers `yes` once it may: ask the administrators of "
        "the cluster for a Role",
    )


def invalid(subject: Subject, sentence: str) -> Finding:
    """Return the finding for an object of a wrong form."""
    return Finding(
        cause="object refused as invalid",
        message=f"{subject.application}: Kubernetes refuses its {subject.kind} in the namespace "
        f"{subject.namespace} as invalid",
        details=_short(sentence.split(" is invalid: ", 1)[-1]),
        next_step="change the field that the sentence names: it is from the settings, or from "
        "`adjust` of App",
    )


def _pairs(text: str) -> dict[str, str]:
    """Return the amounts in `requests.cpu=600m,pods=1` by their names."""
    return dict(pair.split("=", 1) for pair in text.split(",") if "=" in pair)


def _short(sentence: str) -> str:
    """Return a sentence that fits a terminal: some quote a whole object."""
    if len(sentence) <= _MOST_CHARACTERS:
        return sentence
    half = _MOST_CHARACTERS // 2
    return f"{sentence[:half]} … {sentence[-half:]}"
