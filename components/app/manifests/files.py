"""The ConfigMap and the Secret of an application: immutable, and named by their content.

A change creates another object, so that pods of the previous version keep theirs.
https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-immutable
"""

import hashlib

from ..args import AppArgs
from ..hashes import short_hash
from ..placement import Manifest, Placement


def content_hash(args: AppArgs) -> str:
    """Return a hash of the files of an application."""
    return short_hash(args.files)


def files_name(args: AppArgs, application: str) -> str:
    """Return the name of the ConfigMap with the files."""
    return f"{application}-files-{content_hash(args)}"


def config_map(args: AppArgs, place: Placement) -> Manifest:
    """Return the ConfigMap with the files, each under its `key`."""
    data = {key(path): text for path, text in args.files.items()}
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {**place.metadata(), "name": files_name(args, place.name)},
        "immutable": True,
        "data": data,
    }


def secret(name: str, place: Placement, values: dict[str, str]) -> Manifest:
    """Return the Secret; `values` are those of variables by name and those of files by path."""
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {**place.metadata(), "name": name},
        "type": "Opaque",
        "immutable": True,
        "stringData": {key(where): value for where, value in values.items()},
    }


def key(path: str) -> str:
    """Return the key of a file in its ConfigMap or Secret; that of a variable is its name."""
    if not path.startswith("/"):
        return path
    readable = "".join(c if c.isascii() and (c.isalnum() or c in "-.") else "_" for c in path[1:])
    digest = hashlib.sha256(path.encode()).hexdigest()[:6]
    end = readable[-200:]
    # Kubernetes takes no key that begins like the way to another folder.
    return f"{f'_{end[1:]}' if end.startswith('..') else end}.{digest}"
