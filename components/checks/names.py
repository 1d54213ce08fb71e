"""Names of objects, by kind.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

import re
from collections.abc import Iterator

from ..k8s.syntax import SUBDOMAIN
from .finding import Manifest, Problem
from .parts import section

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_SERVICE = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_SUBDOMAIN = re.compile(SUBDOMAIN)
_SEGMENT = re.compile(r"(?!\.{1,2}$)[^/%]+")

LABEL_WORDS = "lower-case letters, digits and `-`"
_FORMS = {
    "Namespace": (LABEL, 63, LABEL_WORDS),
    "Service": (_SERVICE, 63, f"{LABEL_WORDS}, and begin with a letter"),
    "StatefulSet": (LABEL, 52, LABEL_WORDS),
    "CronJob": (_SUBDOMAIN, 52, f"{LABEL_WORDS}, in parts with `.` between"),
    "Job": (_SUBDOMAIN, 63, f"{LABEL_WORDS}, in parts with `.` between"),
}
"""Form, length and words; a StatefulSet's and a CronJob's name goes into longer names of theirs."""
_OTHERS = (_SUBDOMAIN, 253, f"{LABEL_WORDS}, in parts with `.` between")
_RBAC = (_SEGMENT, 253, "anything but `/` and `%`")
_RELAXED_SERVICES = (1, 36)
"""First version in which the name of a Service may begin with a digit."""


_OF_THE_CLUSTER = ("uid", "resourceVersion", "managedFields", "deletionGracePeriodSeconds")
"""Fields of the metadata that only a cluster sets: what they are in one is refused in another."""


def name_problems(manifest: Manifest, version: tuple[int, int]) -> Iterator[Problem]:
    """Yield what is wrong with the name of an object, or with what a cluster sets beside it."""
    metadata = section(manifest, "metadata")
    for field in _OF_THE_CLUSTER:
        if field in metadata:
            yield Problem(("metadata", field), metadata[field], "is set by the cluster; remove it")
    name = metadata.get("name")
    if not name:
        if not metadata.get("generateName"):
            yield Problem(("metadata", "name"), name, "is required", "web")
        return
    form, longest, words = _form(manifest, version)
    if len(name) > longest:
        yield Problem(
            ("metadata", "name"), name, f"must have {longest} characters or fewer", name[:longest]
        )
    elif not form.fullmatch(name):
        example = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "web"
        yield Problem(("metadata", "name"), name, f"must consist of {words}", example)


def _form(manifest: Manifest, version: tuple[int, int]) -> tuple[re.Pattern[str], int, str]:
    kind = manifest.get("kind", "")
    group = str(manifest.get("apiVersion", "")).rpartition("/")[0]
    if group == "rbac.authorization.k8s.io":
        return _RBAC
    if kind == "Service" and not group and version >= _RELAXED_SERVICES:
        return _FORMS["Namespace"]
    return _FORMS.get(kind, _OTHERS) if group in ("", "apps", "batch") else _OTHERS
