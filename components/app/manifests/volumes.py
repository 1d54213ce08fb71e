"""Volumes of a pod, and where its containers see them."""

from collections.abc import Iterator

from ..args import AppArgs
from .files import files_name, key
from .place import Manifest, Placement

_DATA = "data"
_FILES = "files"
_SECRETS = "secrets"
_TEMPORARY = "/tmp"
_READABLE = 0o440
"""Mode of secret files: readable for the containers' user through the pod's group."""


def volumes(args: AppArgs, place: Placement) -> list[Manifest]:
    """What the pod brings along; persistent volumes come from the claims of the StatefulSet."""
    return [*_empty(args), *_filled(args, place)]


def claims(args: AppArgs, place: Placement) -> list[Manifest]:
    """The persistent volumes of each pod of a StatefulSet."""
    return [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": f"storage-{number}", "labels": place.selector},
            "spec": {
                "accessModes": [one.access],
                "resources": {"requests": {"storage": one.size}},
                **({} if one.storage_class is None else {"storageClassName": one.storage_class}),
            },
        }
        for number, one in enumerate(args.storage)
    ]


def mounts(args: AppArgs, helper: str | None, paths: list[str]) -> list[Manifest]:
    """Where a container sees the volumes: the application (no `helper`) all of them, a helper
    those at the `paths` that it names, and a folder of its own for temporary files."""
    if helper is None:
        return [mount | _read_only(mount) for mount in _mounts(args)]
    own = {"name": f"tmp-{helper}", "mountPath": _TEMPORARY}
    shared = [mount for mount in _mounts(args) if mount["mountPath"] in paths]
    return shared if _TEMPORARY in paths else [own, *shared]


def _mounts(args: AppArgs) -> Iterator[Manifest]:
    for number, one in enumerate(args.all_writable):
        yield {"name": _writable(args, number), "mountPath": one.path}
    for number, one in enumerate(args.storage):
        yield {"name": f"storage-{number}", "mountPath": one.path}
    for volume, given in ((_FILES, args.files), (_SECRETS, args.secret_files)):
        for path in given:
            yield {"name": volume, "mountPath": path, "subPath": key(path), "readOnly": True}
    for number, path in enumerate(args.secret_volumes):
        yield {"name": f"secret-{number}", "mountPath": path, "readOnly": True}


def _read_only(mount: Manifest) -> Manifest:
    return {"readOnly": True} if mount["name"] == _DATA else {}


def _empty(args: AppArgs) -> Iterator[Manifest]:
    for number, one in enumerate(args.all_writable):
        medium = {"medium": "Memory"} if one.memory else {}
        yield {"name": _writable(args, number), "emptyDir": {"sizeLimit": one.size, **medium}}
    for one in (*args.all_sidecars, *args.init):
        if _TEMPORARY not in one.mounts:
            yield {"name": f"tmp-{one.name}", "emptyDir": {"sizeLimit": one.ephemeral_storage}}


def _filled(args: AppArgs, place: Placement) -> Iterator[Manifest]:
    if args.files:
        yield {"name": _FILES, "configMap": {"name": files_name(args, place.name)}}
    if args.secret_files:
        items = [{"key": key(path), "path": key(path)} for path in args.secret_files]
        content = {"secretName": place.secret, "items": items, "defaultMode": _READABLE}
        yield {"name": _SECRETS, "secret": content}
    for number, name in enumerate(args.secret_volumes.values()):
        yield {"name": f"secret-{number}", "secret": {"secretName": name, "defaultMode": _READABLE}}


def _writable(args: AppArgs, number: int) -> str:
    """The names of volumes: that of the data, that of /tmp, and numbers for the others."""
    if args.data is not None and number == 0:
        return _DATA
    path = args.all_writable[number].path
    return "tmp" if path == _TEMPORARY else f"writable-{number}"
