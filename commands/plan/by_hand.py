"""Changes by hand, as a plan keeps them: without their age, and without secret values."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from commands.cluster import Cluster
from commands.drift.comparison import Change
from commands.drift.declared import declared_objects
from commands.drift.findings import Finding, findings
from commands.drift.path import text
from commands.drift.request import live_objects
from commands.drift.values import HIDDEN, MISSING
from commands.drift.words import Outlook, lines
from commands.errors import CommandError
from commands.plan.differences import SECRET, UNSET, shown
from commands.plan.sources import digest
from commands.stack import Stack
from commands.state import interrupted


def find(stack: Stack, deployment: Mapping[str, Any]) -> list[Finding] | None:
    """Return the objects that were changed by hand; None where the cluster does not answer."""
    killed = interrupted(deployment)
    objects = [each for each in declared_objects(deployment) if each.urn not in killed]
    if not objects:
        return []
    try:
        live = live_objects(Cluster(stack, deployment), objects)
    except CommandError:
        return None
    return None if live is None else findings(objects, live)


def records(found: Sequence[Finding]) -> list[str]:
    """Return a line for each difference, which stays the same as long as the difference does."""
    return [line for finding in found for line in _records(finding)]


def in_words(found: Sequence[Finding]) -> list[str]:
    """Return what a preview reports of them."""
    return lines(found, datetime.now(UTC), Outlook.PREVIEW)


def _records(finding: Finding) -> list[str]:
    subject = f"{finding.declared.kind} {finding.declared}"
    if not finding.changes:
        return [f"{subject}: {finding.kind.value}"]
    return [
        f"{subject}: {text(each.path)} is {_value(finding, each, each.live)}"
        for each in finding.changes
    ]


def _value(finding: Finding, change: Change, value: Any) -> str:
    if value is MISSING:
        return shown(UNSET)
    is_secret = change.declared is HIDDEN or finding.declared.kind == "Secret"
    if is_secret or value is HIDDEN:
        return SECRET
    whole = json.dumps(value, sort_keys=True)
    return f"{shown(value)} ({digest(whole.encode())[:8]})"
