"""Changes by hand: found in one request, reported, and set back or kept.

`pulumi up` compares the program with the state and does not see the cluster.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from commands.cluster import Cluster
from commands.drift.adoption import Adopted, adopt, in_state
from commands.drift.comparison import Change
from commands.drift.declared import Declared, Place, declared_objects
from commands.drift.findings import Finding, Kind, findings
from commands.drift.proposals import proposals
from commands.drift.proposed import Proposed
from commands.drift.repair import await_rollouts, repair
from commands.drift.request import live_objects
from commands.drift.words import Outlook, lines
from commands.drift.writing import Answer, answer_line, ask
from commands.errors import CommandError
from commands.stack import Stack


@dataclass(frozen=True)
class Rest:
    """Work that is left for the time after `pulumi up`."""

    repaired: tuple[Declared, ...] = ()
    """Objects whose rollout has to be awaited."""

    deferred: frozenset[Place] = frozenset()
    """Objects that `up` may change first."""

    unanswered: bool = False
    """True where the cluster could not be asked: it is stopped, or is replaced by another."""


def report(stack: Stack, deployment: Mapping[str, Any], interrupted: frozenset[str]) -> int | None:
    """Print what was changed by hand, and that `make up` sets it back.

    Returns the number of objects that differ; None where the cluster could not be asked.
    """
    objects, _ = _split(declared_objects(deployment), interrupted)
    found = _find(stack, deployment, objects)
    _print(found.findings, Outlook.PREVIEW)
    return None if found.cluster is None else len(found.findings)


def restore(stack: Stack, deployment: Mapping[str, Any], interrupted: frozenset[str]) -> int | None:
    """Set back what was changed by hand, without an update, and wait for the workloads.

    Prints each change. Returns the number of objects that still differ: those of another owner;
    None where the cluster could not be asked. Raises CommandError for what the cluster refuses,
    and for a workload that is not ready in time.
    """
    objects, _ = _split(declared_objects(deployment), interrupted)
    found = _find(stack, deployment, objects)
    if found.cluster is None:
        return None
    _print(found.findings, Outlook.NOW)
    repaired = _repair(stack, deployment, found.cluster, found.findings)
    await_rollouts(found.cluster, repaired)
    return len(found.findings) - len(repaired)


def keep(stack: Stack, deployment: Mapping[str, Any]) -> int | None:
    """Write what was changed by hand into the stack file, where a setting has it.

    The cluster keeps its values, and the state gets them. Prints each difference and what became
    of it. Returns the number of differences that are not written; None where the cluster could not
    be asked. Raises CommandError for a stack file that is wrong, and for what the cluster refuses.
    """
    found = _find(stack, deployment, declared_objects(deployment))
    if found.cluster is None:
        return None
    proposed = proposals(found.findings)
    answers = ask(stack, proposed)
    for each, answer in zip(proposed, answers, strict=True):
        print(answer_line(stack, each, answer, datetime.now(UTC)), flush=True)
    adopted = [
        Adopted(finding, changes)
        for finding in found.findings
        if (changes := _written(finding, proposed, answers))
    ]
    if adopted:
        adopt(found.cluster, adopted, _plain(stack, deployment, [each.finding for each in adopted]))
        stack.put_state(in_state(deployment, adopted))
    return sum(not answer.settings for answer in answers)


def _written(
    finding: Finding, proposed: Sequence[Proposed], answers: Sequence[Answer]
) -> tuple[Change, ...]:
    """Return the changes of an object that the stack file has now."""
    both = zip(proposed, answers, strict=True)
    found = (each for each, answer in both if answer.settings and each.finding is finding)
    return tuple(each.change for each in found if each.change is not None)


def set_back(
    stack: Stack, deployment: Mapping[str, Any], interrupted: frozenset[str] = frozenset()
) -> Rest:
    """Set back what was changed by hand before `pulumi up`, and print each change.

    Where the cluster does not answer nothing is printed, as `up` starts or creates it. Raises
    CommandError for what the cluster refuses to set back.
    """
    objects, ahead = _split(declared_objects(deployment), interrupted)
    if not objects:
        return Rest()
    found = _find(stack, deployment, objects)
    if found.cluster is None:
        return Rest(unanswered=True)
    _print(found.findings, Outlook.UPDATE)
    later = [each for each in found.findings if each.waits_for_update]
    now = [each for each in found.findings if each not in later]
    repaired = _repair(stack, deployment, found.cluster, now)
    deferred = (*ahead, *(each.declared for each in later))
    return Rest(repaired, frozenset(each.place for each in deferred))


def finish(stack: Stack, deployment: Mapping[str, Any], rest: Rest) -> None:
    """Set back what `pulumi up` did not change, and wait for the workloads that were set back.

    `deployment` is the state after it. Raises CommandError when one of them is not ready in time.
    """
    repaired = rest.repaired
    objects = declared_objects(deployment)
    if not rest.unanswered:
        objects = [each for each in objects if each.place in rest.deferred]
    if objects and (rest.unanswered or rest.deferred):
        found = _find(stack, deployment, objects)
        if found.cluster is not None:
            _print(found.findings, Outlook.NOW)
            repaired += _repair(stack, deployment, found.cluster, found.findings)
    places = {each.place for each in repaired}
    # Only what the stack still has: the update may have removed an application.
    if kept := [each for each in declared_objects(deployment) if each.place in places]:
        await_rollouts(Cluster(stack, deployment), kept)


def _split(
    objects: Sequence[Declared], interrupted: frozenset[str]
) -> tuple[list[Declared], list[Declared]]:
    """Return the objects that are as the state has them, and those that may be ahead of it.

    A killed run may have removed fields of these, which would look like changes by hand, and
    setting them back would roll out an earlier version.
    """
    return (
        [each for each in objects if each.urn not in interrupted],
        [each for each in objects if each.urn in interrupted],
    )


@dataclass(frozen=True)
class _Found:
    cluster: Cluster | None = None
    """The stack's cluster; None if it could not be asked."""

    findings: list[Finding] = field(default_factory=list[Finding])


def _find(stack: Stack, deployment: Mapping[str, Any], objects: Sequence[Declared]) -> _Found:
    try:
        cluster = Cluster(stack, deployment)
        live = live_objects(cluster, objects)
    except CommandError:
        return _Found()
    return _Found() if live is None else _Found(cluster, findings(objects, live))


def _print(found: Sequence[Finding], outlook: Outlook) -> None:
    for line in lines(found, datetime.now(UTC), outlook):
        print(line, flush=True)


def _repair(
    stack: Stack, deployment: Mapping[str, Any], cluster: Cluster, found: Sequence[Finding]
) -> tuple[Declared, ...]:
    """Set objects back and return them."""
    own = [each for each in found if each.kind is not Kind.ADOPTED]
    if not own:
        return ()
    repair(cluster, own, _plain(stack, deployment, own))
    return tuple(each.declared for each in own)


def _plain(
    stack: Stack, deployment: Mapping[str, Any], found: Sequence[Finding]
) -> dict[Place, Declared]:
    """Return the objects of the stack, decrypted if some of those that were found have secrets."""
    hidden = any(each.declared.has_secrets for each in found)
    plain = declared_objects(stack.state_with_secrets() if hidden else deployment)
    return {each.place: each for each in plain}
