"""What each tier finds of the faults, and what it says about valid programs."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from components.checks import check
from components.k8s.api import ApiError
from components.testing.api_server import ApiServer
from components.testing.api_server.kinds import Kinds
from tests.api_server.drawn import Change, draw
from tests.unit.components.checks import faults_of_fields, faults_of_objects, faults_of_programs
from tests.unit.components.checks.programs import Manifest, Mutation, Objects, program
from tests.unit.components.checks.test_false_alarms import valid_programs
from tests.unit.components.checks.test_shares import is_found_by_schemas

VERSION = "1.35"
"""Kubernetes version of the API server, and of the schemas that are compared with it."""

CANDIDATES = 1000
_FIRST = ("namespace", "account")
"""What other objects of the program need in order to be accepted."""


@dataclass(frozen=True)
class ByHand:
    """The faults written by hand."""

    count: int
    refused: int
    """By the API server, pods included."""
    accepted: tuple[Mutation, ...]
    """Those that it accepts: it does not look at what lies between objects."""
    schemas: int
    kit: int


@dataclass(frozen=True)
class Drawn:
    """The changes drawn from the OpenAPI document that the API server refuses."""

    count: int
    schemas: int
    """Those that the published schemas refuse."""
    kit: int
    missed: tuple[str, ...]


@dataclass(frozen=True)
class Valid:
    """Generated valid programs."""

    count: int
    objects: int
    """Different objects in them."""
    refused: tuple[str, ...]
    found: tuple[str, ...]
    milliseconds: float
    """Time of the kit for an object."""


def by_hand(server: ApiServer) -> ByHand:
    """Return what is found of the faults that are written by hand."""
    server.clear()
    alone = [*faults_of_fields.FAULTS, *faults_of_objects.FAULTS, *faults_of_programs.FAULTS]
    accepted: list[Mutation] = []
    for fault in (*alone, *faults_of_programs.UPDATES):
        if fault in faults_of_programs.UPDATES:
            server.apply(program().values())
        objects = fault.applied()
        if fault.tier in ("schema", "object"):  # the other objects have no part in it
            objects = {name: objects[name] for name in (*_FIRST, fault.object)}
        if not server.refusals(objects.values()):
            accepted.append(fault)
        server.clear()
    faults = [*alone, *faults_of_programs.UPDATES]
    return ByHand(
        count=len(faults),
        refused=len(faults) - len(accepted),
        accepted=tuple(accepted),
        schemas=sum(is_found_by_schemas(each.applied()[each.object]) for each in faults),
        kit=sum(map(_is_found, faults)),
    )


def drawn(server: ApiServer) -> Drawn:
    """Return what is found of the changes that are drawn and that the API server refuses."""
    trial = _Trial(server)
    faults = [each for each in draw(server.api, CANDIDATES) if trial.refused(each.applied())]
    missed = [each for each in faults if not _finds(_with(each))]
    schemas = sum(is_found_by_schemas(each.applied()) for each in faults)
    return Drawn(len(faults), schemas, len(faults) - len(missed), tuple(map(str, missed)))


def valid(server: ApiServer) -> Valid:
    """Return what is said about valid programs, whose different objects are tried once each."""
    programs = valid_programs()
    found: list[str] = []
    started = time.perf_counter()
    for objects in programs:
        found += map(str, check(objects.values(), strict=True, kubernetes=VERSION))
    seconds = time.perf_counter() - started
    trial = _Trial(server)
    different = {repr(each): each for objects in programs for each in objects.values()}
    refused = [error for each in different.values() if (error := trial.refused(each))]
    total = sum(map(len, programs))
    return Valid(
        len(programs), len(different), tuple(refused), tuple(found), 1000 * seconds / total
    )


class _Trial:
    """Dry runs of single objects."""

    def __init__(self, server: ApiServer) -> None:
        server.clear()
        server.apply([program()[name] for name in _FIRST])
        self._api = server.api
        self._kinds = Kinds(server.api)

    def refused(self, manifest: Manifest) -> str:
        """Return why an object is refused; an empty text if it is not."""
        try:
            path = self._kinds.path(manifest)
            self._api.apply(manifest, "trial", path=path, strict=True, dry_run=True)
        except ApiError as error:
            return error.message
        return ""


def _with(change: Change) -> Objects:
    return program() | {change.object: change.applied()}


def _finds(objects: Objects, before: Sequence[Manifest] = ()) -> bool:
    return bool(check(objects.values(), kubernetes=VERSION, strict=True, before=before))


def _is_found(fault: Mutation) -> bool:
    return _finds(fault.applied(), list(program().values()))
