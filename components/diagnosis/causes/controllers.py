"""Causes that a controller reports about its workload: pods it cannot create, and Jobs that end."""

import re
from collections.abc import Callable

from ..trouble import Finding, Patience
from ..workload import Workload
from .cause import Cause, Words, words

Describe = Callable[[re.Match[str], Workload], Finding]


def _refusal(workload: Workload) -> str:
    return " ".join(workload.cannot_create.split())


def _quota(match: re.Match[str], workload: Workload) -> Finding:
    return Finding(
        f"cannot create pods: the quota {match['name']} of the namespace {workload.namespace} is "
        f"used up ({match['rest'][:120]})",
        "A quota limits what all pods of a namespace may ask for together. An update needs room "
        "for the pods that it starts before it ends others.",
        f"`kubectl --namespace={workload.namespace} describe quota {match['name']}` shows the use; "
        "raise it, or ask for less, e.g. `memory: 64Mi` or `replicas: 2`",
    )


def _webhook_away(match: re.Match[str], workload: Workload) -> Finding:
    del workload
    return Finding(
        f"cannot create pods: the admission webhook {match['name']} does not answer",
        "A program of the cluster must allow each pod, and does not run or is not reached.",
        "`kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations` shows where "
        "it runs; start it again",
    )


def _webhook_denied(match: re.Match[str], workload: Workload) -> Finding:
    del workload
    return Finding(
        f"cannot create pods: {match['name']} refuses them: {match['rest'][:200]}",
        "A policy of the cluster does not allow these pods.",
        "change the setting that the policy names, or ask who runs the cluster",
    )


def _pod_security(match: re.Match[str], workload: Workload) -> Finding:
    return Finding(
        f"cannot create pods: they violate the Pod Security Standard of the namespace "
        f"{workload.namespace}: {match['rest'][:200]}",
        "The namespace takes only pods that keep the standard.",
        "correct what the message names; Slipway's own pods keep `restricted`, so look at what an "
        "`adjust` of the program changes",
    )


def _account(match: re.Match[str], workload: Workload) -> Finding:
    name = match["name"].rpartition("/")[2]
    return Finding(
        f"cannot create pods: the ServiceAccount {name} does not exist in the namespace "
        f"{workload.namespace}",
        "Pods run as a ServiceAccount, which must exist before them.",
        f"create it: `kubectl --namespace={workload.namespace} create serviceaccount {name}`, or "
        "correct `serviceAccount`",
    )


def _refused(match: re.Match[str], workload: Workload) -> Finding:
    del workload
    return Finding(
        f"cannot create pods: {match.string[:240]}",
        "The API server refuses the pods.",
        "change what the message names",
    )


_REFUSALS: tuple[tuple[str, Patience, str, Describe], ...] = (
    ("quota", Patience.CLUSTER, r"exceeded quota: (?P<name>[^,\s]+),? ?(?P<rest>.*)", _quota),
    (
        "webhook-away",
        Patience.CLUSTER,
        r"failed calling webhook \"?(?P<name>[^\s\":]+)",
        _webhook_away,
    ),
    (
        "admission",
        Patience.CERTAIN,
        r"(?P<name>(?:webhook|AdmissionPolicy) \S+).*? denied (?:the )?request:? ?(?P<rest>.*)",
        _webhook_denied,
    ),
    ("pod-security", Patience.CERTAIN, r"violates PodSecurity (?P<rest>.*)", _pod_security),
    (
        "service-account",
        Patience.CLUSTER,
        r"error looking up service account (?P<name>[^\s:]+)",
        _account,
    ),
    ("pods-refused", Patience.CERTAIN, r"is forbidden|is invalid|Invalid value", _refused),
    ("pods-not-created", Patience.CLUSTER, r".", _refused),
)


def _deadline(workload: Workload) -> Finding | None:
    failure = job_failure(workload)
    if failure != "DeadlineExceeded":
        return None
    seconds = workload.spec.get("activeDeadlineSeconds")
    return Finding(
        f"did not end within {seconds} s",
        "A Job may take as long as its deadline, retries included; then its pods are ended.",
        "allow more time, e.g. `deadlineSeconds: 1200` in `job` or `migration`; read its log",
    )


def _no_retries(workload: Workload) -> Finding | None:
    failure = job_failure(workload)
    if not failure:
        return None
    return Finding(
        f"has failed, and has no retry left ({failure})",
        "A Job starts a new pod for one that failed, as often as `retries` allows.",
        "read the log of its pods, and correct the program",
    )


def job_failure(workload: Workload) -> str:
    """Return the reason for which a Job has failed; empty if it has not."""
    if workload.kind != "Job":
        return ""
    failed = workload.condition("Failed") or workload.condition("FailureTarget")
    return (failed.get("reason") or "Failed") if failed else ""


def _paused(workload: Workload) -> Finding | None:
    if not workload.is_paused:
        return None
    namespace, name = workload.namespace, workload.name
    resume = f"kubectl --namespace={namespace} rollout resume deployment/{name}"
    if workload.kind == "Job":
        patch = """--type=merge --patch='{"spec": {"suspend": false}}'"""
        resume = f"kubectl --namespace={namespace} patch job {name} {patch}"
    return Finding(
        "is paused, and starts no pods",
        "It was paused by hand; its controller changes nothing until it is resumed.",
        f"resume it: `{resume}`",
    )


CAUSES: tuple[Cause[Workload], ...] = (
    Cause("job-deadline", Patience.NONE, _deadline),
    Cause("job-failed", Patience.NONE, _no_retries),
    Cause("paused", Patience.CLUSTER, _paused),
    *(
        Words(key, patience, words(pattern), describe).cause(_refusal)
        for key, patience, pattern, describe in _REFUSALS
    ),
)
"""Causes that are known of the workload itself, the most telling first."""
