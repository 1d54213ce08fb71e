"""Files and secrets: immutable, and named by what is in them.

A change makes another object, so that pods of the version before keep theirs.
https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-immutable
"""

import hashlib
import json
from typing import Any

import pulumi

from ..args import AppArgs
from .place import Manifest, Placement

_DIGITS = 10


def content_hash(args: AppArgs) -> str:
    """A hash of the files of an application."""
    return short_hash(args.files)


def short_hash(content: Any) -> str:
    """Ten hexadecimal digits of SHA-256 over something as JSON."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:_DIGITS]


def named_by(prefix: str, content: Any) -> pulumi.Input[str]:
    """`prefix` and the hash of something that may hold what is known only later."""
    try:
        return prefix + short_hash(content)
    except TypeError:
        text = pulumi.Output.json_dumps(content, sort_keys=True)
        return text.apply(lambda known: prefix + short_hash(json.loads(known)))


def files_name(args: AppArgs, application: str) -> str:
    """The name of the ConfigMap with the files."""
    return f"{application}-files-{content_hash(args)}"


def config_map(args: AppArgs, place: Placement) -> Manifest:
    """The files, each under the key that `key` gives it."""
    data = {key(path): text for path, text in args.files.items()}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {**place.metadata(), "name": files_name(args, place.name)},
        "immutable": True,
        "data": data,
    }


def secret(name: str, place: Placement, values: dict[str, str]) -> Manifest:
    """The secrets; `values` are those of variables by name and those of files by path."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {**place.metadata(), "name": name},
        "type": "Opaque",
        "immutable": True,
        "stringData": {key(where): value for where, value in values.items()},
    }


def key(path: str) -> str:
    """The key of a file in its ConfigMap or Secret; a variable's is its name."""
    if not path.startswith("/"):
        return path
    readable = "".join(c if c.isascii() and (c.isalnum() or c in "-.") else "_" for c in path[1:])
    digest = hashlib.sha256(path.encode()).hexdigest()[:6]
    return f"{readable[-200:]}.{digest}"
