"""The refusal of objects before anything is written, in previews and updates."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

import pulumi

from ..k8s.versions import OLDEST, parsed
from ..settings.model import SettingsError
from .checking import check
from .finding import UNKNOWN, Finding, Manifest
from .store import DEFAULT, minor_version


def refuse(objects: Iterable[Manifest], where: str, kubernetes: str | None = None) -> None:
    """Raise SettingsError for objects that a cluster would refuse, with everything that is wrong.

    `where` begins the message. `kubernetes` is the cluster's version, such as `v1.35.0`; without
    one, what all supported versions refuse. Outputs are not known yet: nothing is found in them.
    """
    if findings := _findings([_plain(each) for each in objects], kubernetes):
        lines = "\n".join(f"  {each}" for each in findings)
        raise SettingsError(f"{where}: a cluster would refuse this:\n{lines}")


def _findings(objects: Sequence[Manifest], kubernetes: str | None) -> list[Finding]:
    if kubernetes is not None:
        return check(objects, kubernetes=minor_version(parsed(kubernetes)))
    if not (found := check(objects, kubernetes=DEFAULT)):
        return []
    before = check(objects, kubernetes=minor_version(OLDEST))
    places = {(each.object, each.path) for each in before}
    return [each for each in found if (each.object, each.path) in places]


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        items = cast("Mapping[str, Any]", value).items()
        return {key: _plain(inner) for key, inner in items}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in cast("list[Any]", value)]
    return UNKNOWN if isinstance(value, pulumi.Output) else value
