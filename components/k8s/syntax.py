"""The syntax of names and keys that the API server accepts.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

SUBDOMAIN = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"
"""RFC 1123 subdomain: the name of a Secret, a ConfigMap, a class; a host."""

ObjectName = Annotated[str, Field(pattern=SUBDOMAIN, max_length=253)]

_NAME = re.compile(r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")


def is_qualified_name(key: str) -> bool:
    """Return whether a text is the key of a label or an annotation."""
    prefix, slash, name = key.rpartition("/")
    has_prefix = not slash or (
        len(prefix) <= 253 and re.fullmatch(SUBDOMAIN, prefix.lower()) is not None
    )
    return has_prefix and _NAME.fullmatch(name) is not None


def _keys_are_qualified(annotations: dict[str, str]) -> dict[str, str]:
    for key in annotations:
        if not is_qualified_name(key):
            raise ValueError(
                f"{key!r} is no key of an annotation: at most 63 of letters, digits, `-`, `_` and "
                "`.`, after a prefix such as example.com/"
            )
    return annotations


Annotations = Annotated[dict[str, str], AfterValidator(_keys_are_qualified)]
