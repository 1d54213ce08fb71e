"""An update of an application as a cluster sees it: objects that come and go, and pods of versions
that run meanwhile."""

import json
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.app.args import AppArgs
from components.app.manifests import Part, Placement, parts

Manifest = dict[str, Any]
Objects = dict[tuple[str, str], Manifest]
Traffic = dict[str, frozenset[str] | None]
"""Rules by direction; None where nothing restricts it."""


@dataclass(frozen=True)
class Version:
    """Settings of an application at a place."""

    args: AppArgs
    place: Placement

    @property
    def parts(self) -> list[Part]:
        return parts(self.args, self.place)

    @property
    def objects(self) -> Objects:
        return {_key(part.manifest): part.manifest for part in self.parts}

    @property
    def labels(self) -> dict[str, str]:
        """Labels of the pods."""
        return pod_labels(self.objects[self.args.kind, self.place.name])

    @property
    def traffic(self) -> Traffic:
        """What the version declares."""
        return traffic(self.labels, self.objects)


@dataclass(frozen=True)
class Moment:
    """A cluster at one moment of an update."""

    objects: Objects
    running: Sequence[Version]
    """Versions of which there are pods."""

    may_fail: bool
    """Whether the rollout has not succeeded yet."""


def update(before: Objects, old: Version, new: Version, seed: int) -> Iterator[Moment]:
    """Yield the moments of an update in one of the orders that the parts allow: Pulumi creates and
    changes objects as soon as what they come after is done, and deletes others at the very end."""
    objects = dict(before)
    yield Moment(dict(objects), [old], True)
    may_fail = True
    for part in in_any_order(new.parts, random.Random(seed)):
        objects[_key(part.manifest)] = part.manifest
        if part.key == new.args.kind.lower():
            yield Moment(dict(objects), [old, new], True)
            may_fail = False
        yield Moment(dict(objects), [old if may_fail else new], may_fail)
    yield Moment(new.objects, [new], False)


def in_any_order(all_parts: Sequence[Part], chance: random.Random) -> Iterator[Part]:
    """Yield the parts in an order that has each after those that it names."""
    keys, done, left = {part.key for part in all_parts}, set[str](), list(all_parts)
    while left:
        part = chance.choice([each for each in left if keys & set(each.after) <= done])
        left.remove(part)
        done.add(part.key)
        yield part


def traffic(labels: Mapping[str, str], objects: Objects) -> Traffic:
    """Return what passes to and from pods with these labels."""
    policies = [
        each["spec"]
        for (kind, _), each in objects.items()
        if kind == "NetworkPolicy"
        and each["spec"]["podSelector"]["matchLabels"].items() <= labels.items()
    ]
    return {
        direction: frozenset(json.dumps(rule) for policy in policies for rule in policy[direction])
        if policies
        else None
        for direction in ("ingress", "egress")
    }


def passes(declared: Traffic, current: Traffic) -> bool:
    """Return whether all that is declared passes at present."""
    for direction, rules in current.items():
        own = declared[direction]
        if rules is not None and (own is None or not own <= rules):
            return False
    return True


def pod_labels(workload: Manifest) -> dict[str, str]:
    """Return the labels of the pods of a workload or a Job."""
    spec = workload["spec"]
    spec = spec["jobTemplate"]["spec"] if workload["kind"] == "CronJob" else spec
    return spec["template"]["metadata"]["labels"]


def _key(manifest: Manifest) -> tuple[str, str]:
    return manifest["kind"], manifest["metadata"]["name"]
