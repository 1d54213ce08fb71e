"""The volumes of a pod, and the paths at which its containers mount them."""

from collections.abc import Iterator

from ..args import AppArgs
from ..placement import Manifest, Placement
from .files import files_name, key

_DATA = "data"
_FILES = "files"
_SECRETS = "secrets"
_TEMPORARY = "/tmp"
_READABLE = 0o440
"""Mode of secret files: readable for the containers' user through the pod's group."""


def volumes(args: AppArgs, place: Placement) -> list[Manifest]:
    """Return the volumes of a pod; persistent ones come from the claims of its StatefulSet."""
    return [*_empty(args), *_filled(args, place)]


def claims(args: AppArgs, place: Placement) -> list[Manifest]:
    """Return the claims of the persistent volumes of each pod of a StatefulSet."""
    return [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": f"storage-{number}", "labels": place.selector},
            "spec": {
                "accessModes": [volume.access],
                "resources": {"requests": {"storage": volume.size}},
                **(
                    {}
                    if volume.storage_class is None
                    else {"storageClassName": volume.storage_class}
                ),
            },
        }
        for number, volume in enumerate(args.storage)
    ]


def mounts(args: AppArgs, name: str | None, paths: list[str]) -> list[Manifest]:
    """Return the mounts of a container: the application's (no `name`) has all volumes, another
    those at the `paths` that it names, and one of its own for temporary files."""
    if name is None:
        return [mount | _read_only(mount) for mount in _mounts(args)]
    own = {"name": f"tmp-{name}", "mountPath": _TEMPORARY}
    shared = [mount for mount in _mounts(args) if mount["mountPath"] in paths]
    return shared if _TEMPORARY in paths else [own, *shared]


def _mounts(args: AppArgs) -> Iterator[Manifest]:
    for number, writable in enumerate(args.all_writable):
        yield {"name": _name(args, number), "mountPath": writable.path}
    for number, volume in enumerate(args.storage):
        yield {"name": f"storage-{number}", "mountPath": volume.path}
    for name, files in ((_FILES, args.files), (_SECRETS, args.secret_files)):
        for path in files:
            yield {"name": name, "mountPath": path, "subPath": key(path), "readOnly": True}
    for number, path in enumerate(args.secret_volumes):
        yield {"name": f"secret-{number}", "mountPath": path, "readOnly": True}


def _read_only(mount: Manifest) -> Manifest:
    return {"readOnly": True} if mount["name"] == _DATA else {}


def _empty(args: AppArgs) -> Iterator[Manifest]:
    for number, writable in enumerate(args.all_writable):
        medium = {"medium": "Memory"} if writable.memory else {}
        yield {"name": _name(args, number), "emptyDir": {"sizeLimit": writable.size, **medium}}
    for own in (*args.all_sidecars, *args.init):
        if _TEMPORARY not in own.mounts:
            yield {"name": f"tmp-{own.name}", "emptyDir": {"sizeLimit": own.ephemeral_storage}}


def _filled(args: AppArgs, place: Placement) -> Iterator[Manifest]:
    if args.files:
        yield {"name": _FILES, "configMap": {"name": files_name(args, place.name)}}
    if args.secret_files:
        items = [{"key": key(path), "path": key(path)} for path in args.secret_files]
        content = {"secretName": place.secret, "items": items, "defaultMode": _READABLE}
        yield {"name": _SECRETS, "secret": content}
    for number, name in enumerate(args.secret_volumes.values()):
        yield {"name": f"secret-{number}", "secret": {"secretName": name, "defaultMode": _READABLE}}


def _name(args: AppArgs, number: int) -> str:
    """Return the name of a writable volume: `data`, `tmp`, or one with its number."""
    if args.data is not None and number == 0:
        return _DATA
    path = args.all_writable[number].path
    return "tmp" if path == _TEMPORARY else f"writable-{number}"
