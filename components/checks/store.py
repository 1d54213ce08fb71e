"""The schemas of Kubernetes' objects, from the file that `make docs` writes."""

import gzip
import json
from functools import cache
from pathlib import Path
from typing import Any, TypedDict

import jsonschema_rs

from ..k8s.versions import NEWEST, OLDEST

Schema = dict[str, Any]

PATH = Path(__file__).with_name("schemas.json.gz")


class Content(TypedDict):
    """Content of the file."""

    definitions: dict[str, list[tuple[list[str], Schema]]]
    """Schemas by the end of their name: each with the versions that have it."""
    kinds: dict[str, dict[str, str | None]]
    """Definition of each kind by version and `apiVersion/kind`; None for kinds in testing."""


def minor_version(version: tuple[int, int]) -> str:
    """Return a version as text, such as `1.35`."""
    return f"{version[0]}.{version[1]}"


DEFAULT = minor_version(NEWEST)


def kinds(version: str) -> dict[str, str | None]:
    """Return the kinds of a Kubernetes version.  Raises ValueError for an unsupported one."""
    try:
        return _content()["kinds"][version]
    except KeyError:
        supported = f"{minor_version(OLDEST)} to {DEFAULT}"
        raise ValueError(
            f"there are no schemas of Kubernetes {version!r}; supported are {supported}, "
            f"e.g. kubernetes={DEFAULT!r}"
        ) from None


@cache
def validator(version: str, definition: str) -> jsonschema_rs.Draft202012Validator:
    """Return the validator of a kind; it takes some milliseconds at the first call."""
    root = {"$ref": f"#/$defs/{definition}", "$defs": _definitions(version)}
    return jsonschema_rs.Draft202012Validator(root)


@cache
def properties(version: str, definition: str) -> frozenset[str]:
    """Return the names of a definition's properties."""
    return frozenset(_definitions(version)[definition].get("properties", ()))


@cache
def _definitions(version: str) -> dict[str, Schema]:
    return {
        name: schema
        for name, versions in _content()["definitions"].items()
        for names, schema in versions
        if version in names
    }


@cache
def _content() -> Content:
    return json.loads(gzip.decompress(PATH.read_bytes()))
