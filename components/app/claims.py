"""What an application has to itself in a stack: names, objects and addresses.

Two applications that claim one of them would overwrite each other at every update.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .args import AppArgs
from .args.values import APPLICATION_NAME
from .manifests import Part
from .placement import Placement

Key = tuple[str, ...]

_RENAME = "rename one of the two applications"
_HIDE = "set `expose: false` for one of the two, and reach it with `make open`"


@dataclass(frozen=True)
class Claim:
    """A name, an object or an address that one application alone may have."""

    key: Key
    what: str
    """What the application has, in words."""

    fix: str = _RENAME


def claims(place: Placement, args: AppArgs, parts: Iterable[Part]) -> Iterator[Claim]:
    """Yield what an application has to itself."""
    yield from _names(place.name, args)
    for part in parts:
        kind, metadata = part.manifest["kind"], part.manifest["metadata"]
        name = metadata["name"]
        if isinstance(name, str):  # one that is known later is a hash of the content
            yield Claim((kind, metadata["namespace"], name), f"the {kind} {name} in its namespace")
        resource = f"{place.name}-{part.key}"
        yield Claim(("resource", kind, resource), f"a {kind} that Pulumi's state names {resource}")
    yield from _addresses(place, args)


def _names(name: str, args: AppArgs) -> Iterator[Claim]:
    """Yield the names that labels of pods and images have."""
    yield Claim(("name", name), f"the name {name}")
    if args.migration is not None:
        own = f"{name}-migration"
        yield Claim(("name", own), f"the name {own}, for its migration")
    for container in (*args.all_sidecars, *args.init):
        if container.image is not None:
            own = f"{name}-{container.name}"
            what = f"the name {own}, for its container {container.name}"
            yield Claim(("name", own), what)


def _addresses(place: Placement, args: AppArgs) -> Iterator[Claim]:
    if not args.serves:
        return
    exposure = place.exposure
    if (port := args.service.node_port or exposure.node_port) is not None:
        yield Claim(("node port", str(port)), f"the nodes' port {port}", _HIDE)
    if (route := exposure.route) is not None:
        yield Claim(("host", route.host), f"the path / of the host {route.host}", _HIDE)


def misnamed(name: str, args: AppArgs) -> str | None:
    """Return what is wrong with the name of an application, given its settings; None if nothing."""
    if not re.fullmatch(APPLICATION_NAME, name):
        return (
            f"{name!r} cannot be the name of an application: at most 40 of a to z, digits and "
            "hyphens, a letter first and no hyphen last, e.g. web"
        )
    if name in [container.name for container in (*args.all_sidecars, *args.init)]:
        return f"its own container is called {name}, and so is another; rename that one"
    return None


class Claims:
    """The claims of the applications of a stack."""

    def __init__(self) -> None:
        self._first: dict[Key, tuple[str, Claim]] = {}

    def add(self, application: str, wanted: Iterable[Claim]) -> str | None:
        """Note what an application claims, and return why it cannot have that; None if it can."""
        messages: list[str] = []
        for claim in wanted:
            other, first = self._first.setdefault(claim.key, (application, claim))
            if other != application:
                own = "" if claim.what == first.what else f", and {application} claims {claim.what}"
                messages.append(
                    f"{application}: {other} already has {first.what}{own}; {claim.fix}"
                )
        return messages[0] if messages else None
