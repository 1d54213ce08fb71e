"""The static tier: all checks of the objects of a program."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, cast

from ..k8s.versions import parsed
from .finding import Finding, Manifest, Problem, found, holds_unknown, title
from .immutable import immutable_changes
from .names import name_problems
from .others import other_problems
from .parts import section
from .pod_security import ENFORCE, pod_security_problems
from .program import Key, Program, key, namespace_of
from .references import reference_problems
from .schema import schema_problems
from .store import DEFAULT
from .traffic import traffic_problems
from .workloads import workload_problems


def check(
    objects: Iterable[Manifest],
    *,
    kubernetes: str = DEFAULT,
    strict: bool = False,
    before: Iterable[Manifest] = (),
) -> list[Finding]:
    """Return what a cluster would refuse of these objects, and what would not work there.

    `kubernetes` is the version, such as `1.35`; `strict` says that the objects are all that there
    is, so that a reference to another one is a finding; `before` are the objects of the
    deployment before, whose immutable fields must stay. Custom resources are checked for their
    names and labels only. Needs no network. Raises ValueError for an unsupported version.
    """
    made = [_clean(each) for each in _flat(objects)]
    version = parsed(kubernetes)
    findings: list[Finding] = []
    sound: list[Manifest] = []
    unread: set[Key] = set()
    for each in made:
        wrong = [found(each, problem, "schema") for problem in schema_problems(each, kubernetes)]
        findings += wrong
        if wrong:
            unread.add(key(each))
        else:  # rules read fields that have the right types
            sound.append(each)
            problems = chain(
                name_problems(each, version), workload_problems(each), other_problems(each)
            )
            findings += _findings(each, problems, "object")
    program = Program(sound, frozenset(unread))
    for each in sound:
        problems = chain(
            reference_problems(each, program, strict=strict),
            traffic_problems(each, program, strict=strict),
            _security(each, program),
        )
        findings += _findings(each, problems, "program")
    findings += _twice(made)
    return findings + immutable_changes([_clean(each) for each in _flat(before)], sound)


def _findings(manifest: Manifest, problems: Iterable[Problem], rule: str) -> Iterator[Finding]:
    return (found(manifest, each, rule) for each in problems if not holds_unknown(each.value))


def _security(manifest: Manifest, program: Program) -> Iterator[Problem]:
    for workload in Program([manifest]).workloads:
        namespace = program.get("Namespace", "", namespace_of(manifest)) or {}
        level = section(namespace, "metadata", "labels").get(ENFORCE, "")
        for problem in pod_security_problems(workload.pod, level):
            yield problem.below(*workload.path, "spec")


def _twice(made: Iterable[Manifest]) -> Iterator[Finding]:
    seen: set[Any] = set()
    for each in made:
        group = str(each.get("apiVersion")).rpartition("/")[0]
        own = (group, *key(each))
        if own in seen:
            problem = Problem(("metadata", "name"), own[-1], f"is there twice: {title(each)}")
            yield found(each, problem, "program")
        seen.add(own)


def _flat(objects: Iterable[Manifest]) -> Iterator[Manifest]:
    for each in objects:
        items = each.get("items")
        if each.get("kind") == "List" and isinstance(items, list):
            yield from _flat(cast("list[Manifest]", items))
        else:
            yield each


def _clean(value: Any) -> Any:
    """Return a value without null, which the API takes for absence, and with whole numbers."""
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return {key: _clean(inner) for key, inner in items if inner is not None}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in cast("list[Any]", value)]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
