"""The Pod Security Standards, by the labels of the namespace that the program makes.

https://kubernetes.io/docs/concepts/security/pod-security-standards/
"""

from collections.abc import Iterator

from .finding import Problem
from .parts import Part, items, section
from .templates import containers

ENFORCE = "pod-security.kubernetes.io/enforce"
"""Label of a namespace whose pods are refused where they break the standard."""

_CAPABILITIES = frozenset(
    {
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD",
        "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    }
)  # fmt: skip
_VOLUMES = frozenset(
    {
        "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image",
        "persistentVolumeClaim", "projected", "secret",
    }
)  # fmt: skip
_SECCOMP = ("Localhost", "RuntimeDefault")


def pod_security_problems(pod: Part, level: str) -> Iterator[Problem]:
    """Yield what a standard, `baseline` or `restricted`, refuses of a pod's spec."""
    if level not in ("baseline", "restricted"):
        return
    for problem in _baseline(pod):
        yield _named(problem, "baseline")
    if level == "restricted":
        for problem in _restricted(pod):
            yield _named(problem, "restricted")


def _named(problem: Problem, level: str) -> Problem:
    reason = f"{problem.reason} under the Pod Security Standard {level} of the namespace"
    return Problem(problem.path, problem.value, reason, problem.example)


def _baseline(pod: Part) -> Iterator[Problem]:
    for name in ("hostIPC", "hostNetwork", "hostPID"):
        if pod.get(name):
            yield Problem((name,), True, "is refused")
    for index, volume in enumerate(items(pod, "volumes")):
        if "hostPath" in volume:
            yield Problem(("volumes", index, "hostPath"), volume["hostPath"], "is refused")
    if section(pod, "securityContext", "seccompProfile").get("type") == "Unconfined":
        place = ("securityContext", "seccompProfile", "type")
        yield Problem(place, "Unconfined", "is refused", "RuntimeDefault")
    for path, container in containers(pod):
        yield from (problem.below(*path) for problem in _baseline_of(container))


def _baseline_of(container: Part) -> Iterator[Problem]:
    context = section(container, "securityContext")
    if context.get("privileged"):
        yield Problem(("securityContext", "privileged"), True, "is refused")
    if section(context, "seccompProfile").get("type") == "Unconfined":
        place = ("securityContext", "seccompProfile", "type")
        yield Problem(place, "Unconfined", "is refused", "RuntimeDefault")
    added = set(items(section(context, "capabilities"), "add"))
    if more := sorted(added - _CAPABILITIES):
        yield Problem(("securityContext", "capabilities", "add"), more, "is refused")
    for index, port in enumerate(items(container, "ports")):
        if port.get("hostPort"):
            yield Problem(("ports", index, "hostPort"), port["hostPort"], "is refused")


def _restricted(pod: Part) -> Iterator[Problem]:
    for index, volume in enumerate(items(pod, "volumes")):
        for source in volume.keys() - {"name", "hostPath"} - _VOLUMES:
            yield Problem(("volumes", index, source), volume[source], "is refused")
    shared = section(pod, "securityContext")
    if shared.get("runAsUser") == 0:
        yield Problem(("securityContext", "runAsUser"), 0, "must not be 0", "10001")
    for path, container in containers(pod):
        own = section(container, "securityContext")
        for problem in _restricted_of(own, {**shared, **own}):
            yield problem.below(*path, "securityContext")


def _restricted_of(own: Part, context: Part) -> Iterator[Problem]:
    """Yield what is refused of a container's own context, and of what the pod's adds to it."""
    escalation = own.get("allowPrivilegeEscalation")
    if escalation is not False:
        yield Problem(("allowPrivilegeEscalation",), escalation, "must be false", "false")
    if context.get("runAsNonRoot") is not True:
        yield Problem(("runAsNonRoot",), context.get("runAsNonRoot"), "must be true", "true")
    if own.get("runAsUser") == 0:
        yield Problem(("runAsUser",), 0, "must not be 0", "10001")
    profile = section(context, "seccompProfile").get("type")
    if profile not in _SECCOMP:
        yield Problem(("seccompProfile", "type"), profile, "is required", "RuntimeDefault")
    capabilities = section(own, "capabilities")
    if "ALL" not in items(capabilities, "drop"):
        dropped = capabilities.get("drop")
        yield Problem(("capabilities", "drop"), dropped, "must hold ALL", "[ALL]")
    if more := sorted(set(items(capabilities, "add")) - {"NET_BIND_SERVICE"}):
        yield Problem(("capabilities", "add"), more, "is refused")
