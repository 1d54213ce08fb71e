"""`make plan`, and the approval that binds `make up` to it.

A plan is a preview without a write, with a hash over everything that decides what is applied:
objects, operations, settings, sources and changes by hand.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commands.cluster import Cluster
from commands.errors import CommandError
from commands.plan import by_hand
from commands.plan.comment import Comment
from commands.plan.comparison import comparison, parts_that_differ
from commands.plan.document import Plan, is_hash, planned
from commands.plan.effects import autoscaled, extra_pods
from commands.plan.room import room
from commands.plan.sources import settings, sources
from commands.plan.steps import Resource, messages, resources
from commands.preview import prepared_state
from commands.stack import Stack
from commands.state import outputs

REFUSED = 4
"""Exit code of an update that is not the approved one."""


@dataclass(frozen=True)
class _Preview:
    plan: Plan
    comment: Comment


def plan(stack: Stack, file: Path, comment: Path | None) -> None:
    """Write the plan of an update, print it in words, and end with its hash.

    Only the state of the stack is made, where it is missing. `comment` is a file for the same words
    in Markdown. Raises CommandError for a preview that fails, with its reason.
    """
    found = _preview(stack, with_rooms=True)
    text = str(found.comment)
    found.plan.write(file)
    print(text, end="")
    if comment is not None:
        _write(comment, text)
        print(f"comment: {comment}")
    print(f"plan: {file}\n{found.plan.hash}")


def require_approved(stack: Stack, approved: str, file: Path | None) -> None:
    """Raise CommandError, with what differs, unless an update would apply what was approved.

    `approved` is a hash, or a file with the approved plan; `file` is such a file beside a hash,
    from which the differences are taken. Nothing is changed.
    """
    known, accepted = _approved(approved, file)
    current = _preview(stack, with_rooms=False).plan
    if current.hash == accepted:
        print(f"approved: {accepted}", flush=True)
        return
    if known is not None and known.hash == accepted:
        lines = comparison(known, current)
    else:
        lines = parts_that_differ(accepted, current.hash)
    listed = "".join(f"\n  - {line}" for line in lines)
    raise CommandError(
        f"the stack {stack.name} would get something else than was approved, so nothing was "
        f"changed:{listed}\n  approved: {accepted}\n  now:      {current.hash}",
        f"make plan STACK={stack.name}, and approve its hash",
        REFUSED,
    )


def _approved(approved: str, file: Path | None) -> tuple[Plan | None, str]:
    if is_hash(approved):
        known = None if file is None or not file.is_file() else Plan.read(file)
        return known, approved
    if Path(approved).is_file():
        known = Plan.read(Path(approved))
        return known, known.hash
    raise CommandError(
        f"APPROVED={approved} is neither the hash of a plan nor a file with one",
        "make plan, which ends with the hash",
    )


def _preview(stack: Stack, *, with_rooms: bool) -> _Preview:
    deployment = prepared_state(stack)
    found = by_hand.find(stack, deployment)
    preview = stack.preview()
    steps = resources(preview)
    result = planned(
        stack.checkout.project(),
        stack.name,
        steps,
        settings=settings(stack, preview.get("config") or {}),
        sources=sources(stack.checkout),
        by_hand=None if found is None else by_hand.records(found),
    )
    comment = Comment(
        stack.name,
        result.hash,
        steps,
        None if found is None else by_hand.in_words(found),
        _rooms(stack, deployment, steps) if with_rooms and found is not None else {},
        messages(preview),
    )
    return _Preview(result, comment)


def _rooms(
    stack: Stack, deployment: Mapping[str, Any], steps: Sequence[Resource]
) -> dict[str, str]:
    """Return whether the pods that a change adds fit, by URN; nothing before the first update."""
    scaled = autoscaled(steps)
    more = {each.urn: pods for each in steps if (pods := extra_pods(each, scaled)) is not None}
    if not more or not outputs(deployment):
        return {}
    cluster = Cluster(stack, deployment)
    return {urn: room(cluster, pods) for urn, pods in more.items()}


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error}", "name another file") from None
