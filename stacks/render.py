"""`make render`: the manifests of a stack as YAML, without Pulumi, Docker, cluster or network.

They are those that `pulumi up` applies, from the same functions. What `up` looked up is read from
the stack's lock file.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pulumi
import yaml

from components import SettingsError
from components.app.adjustment import Adjust, adjusted_parts
from components.app.args.containers import APPLICATION
from components.app.manifests import parts
from components.app.placement import Facts, Site, placement
from components.k8s import yaml_text
from components.names import Names
from components.settings.stack_file import lock_path
from components.targets.manifests import namespace
from stacks.settings import Settings

Manifest = dict[str, Any]

_ROOT = Path(__file__).parents[1]
_FOR_PULUMI = "pulumi.com/"


def main(arguments: list[str]) -> int:
    """Write the files and print their names; return 1, with a message, for wrong settings."""
    parser = argparse.ArgumentParser(prog="make render", description=__doc__)
    parser.add_argument("--stack", required=True, help="name of the stack file")
    parser.add_argument("--out", required=True, type=Path, help="folder for the files")
    options = parser.parse_args(arguments)
    try:
        stack = rendered(options.stack)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    for path, text in files(stack.manifests):
        file = options.out / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        print(file)
    for name in stack.secrets:
        print(
            f"not rendered: the Secret {name}; a stack's secrets are encrypted, so create it in "
            "the cluster, e.g. with External Secrets",
            file=sys.stderr,
        )
    return 0


@dataclass(frozen=True)
class Rendered:
    """The objects of a stack, and the names of the Secrets that are left out."""

    manifests: tuple[Manifest, ...]
    secrets: tuple[str, ...]


def rendered(stack: str, root: Path = _ROOT, adjust: Adjust | None = None) -> Rendered:
    """Return what `pulumi up` applies, in the order of creation.

    `adjust` is what the program gives to App. Raises SettingsError for settings that do not
    validate, and for a fact that is not in the lock file.
    """
    project = _read(root / "Pulumi.yaml")
    asyncio.set_event_loop(asyncio.new_event_loop())  # outputs, such as secrets, need one
    _configure(root, str(project["name"]), stack, str(project.get("stackConfigDir", ".")))
    settings = Settings.load()
    names = Names(str(project["name"]), stack)
    target = settings.target
    site = Site(names, lambda name: target.exposure(name, ""), target.pull_secrets)
    locked = _locked(root / lock_path(stack))
    namespaces: dict[str, list[Manifest]] = {}
    objects: list[Manifest] = []
    secrets: list[str] = []
    for name, application in settings.applications.items():
        app = application.app
        place = placement(name, app, site, _facts(name, locked, lock_path(stack)))
        namespaces.setdefault(place.namespace, namespace(place.namespace, names, target.namespaces))
        objects += [part.manifest for part in adjusted_parts(parts(app, place), adjust)]
        if app.secrets or app.secret_files:
            secrets.append(str(place.secret))
    first = [manifest for each in namespaces.values() for manifest in each]
    return Rendered(tuple(_plain(each) for each in (*first, *objects)), tuple(secrets))


def files(manifests: Iterable[Manifest]) -> Iterator[tuple[str, str]]:
    """Yield the name and the text of each object's file: `namespace/kind-name.yaml`."""
    for manifest in manifests:
        metadata = manifest["metadata"]
        folder = metadata.get("namespace", metadata["name"])
        path = f"{folder}/{manifest['kind'].lower()}-{metadata['name']}.yaml"
        yield path, yaml_text.dump(manifest)


def _configure(root: Path, project: str, stack: str, folder: str) -> None:
    """Set up Pulumi's configuration as in a program, from the file alone."""
    document = _read(root / folder / f"Pulumi.{stack}.yaml")
    config = cast("Manifest", document.get("config") or {})
    texts: dict[str, str] = {}
    secret: list[str] = []
    for key, value in config.items():
        public = _without_secrets(value)
        texts[key] = public if isinstance(public, str) else json.dumps(public)
        secret += [key] if public != value else []
    settings = pulumi.runtime.Settings(
        project=project, stack=stack, root_directory=str(root), dry_run=True
    )
    pulumi.runtime.configure(settings)
    os.environ["PULUMI_CONFIG"] = json.dumps(texts)
    pulumi.runtime.set_all_config(texts, secret)


def _without_secrets(value: Any) -> Any:
    """Return a setting with empty texts in place of encrypted ones."""
    if isinstance(value, dict):
        inner = cast("Manifest", value)
        if set(inner) == {"secure"}:
            return ""
        return {key: _without_secrets(each) for key, each in inner.items()}
    if isinstance(value, list):
        return [_without_secrets(each) for each in cast("list[Any]", value)]
    return value


def _locked(path: Path) -> Manifest:
    """Return the applications of a lock file."""
    document = _read(path) if path.exists() else {}
    return cast("Manifest", document.get("applications") or {})


def _facts(name: str, locked: Manifest, file: str) -> Facts:
    """Return what the lock file has about an application.  Raises SettingsError for nothing."""
    if name not in locked:
        raise SettingsError(
            f"{name}: its image's digest and user are not known; `make up` looks them up and "
            f"writes {file}, and so does whoever builds the image:\n"
            f"  applications: {{{name}: {{images: {{{APPLICATION}: repository@sha256:…}}, "
            "user: 10001, group: 10001}}"
        )
    return Facts.parse(locked[name], f"{file}, applications.{name}")


def _read(path: Path) -> Manifest:
    try:
        return yaml.safe_load(path.read_text()) or {}
    except FileNotFoundError:
        raise SettingsError(f"{path.name} does not exist in {path.parent.name or '.'}") from None


def _plain(manifest: Manifest) -> Manifest:
    """Return a manifest without the annotations that only Pulumi's provider reads."""
    metadata = dict(manifest["metadata"])
    annotations = metadata.pop("annotations", {})
    kept = {key: value for key, value in annotations.items() if not key.startswith(_FOR_PULUMI)}
    return {**manifest, "metadata": {**metadata, **({"annotations": kept} if kept else {})}}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
