"""`make render`: the manifests of a stack as YAML, without engine, Docker, cluster or network.

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
from components.app.manifests import Placement, parts
from components.names import Names
from components.settings.stack_file import lock_path
from components.targets.exposure import Exposure
from components.targets.manifests import namespace
from stacks.settings import ApplicationArgs, Settings

Manifest = dict[str, Any]

_ROOT = Path(__file__).parents[1]
_FOR_PULUMI = "pulumi.com/"
_FIELD_MANAGER = ""


class _Dumper(yaml.SafeDumper):
    """Says what is there twice twice: not every tool reads anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def main(arguments: list[str]) -> int:
    """Write the files and print their names; 1, with a message, if a fact or setting is wrong."""
    parser = argparse.ArgumentParser(prog="make render", description=__doc__)
    parser.add_argument("--stack", required=True, help="name of the stack file")
    parser.add_argument("--out", required=True, type=Path, help="folder for the files")
    options = parser.parse_args(arguments)
    try:
        found = rendered(options.stack)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 1
    for path, text in files(found.manifests):
        file = options.out / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        print(file)
    for name in found.secrets:
        print(
            f"not rendered: the Secret {name}; a stack's secrets are encrypted, so make it in the "
            "cluster, by External Secrets for one",
            file=sys.stderr,
        )
    return 0


@dataclass(frozen=True)
class Rendered:
    """The objects of a stack, and the names of the Secrets that it would bring along."""

    manifests: tuple[Manifest, ...]
    secrets: tuple[str, ...]


def rendered(stack: str, root: Path = _ROOT) -> Rendered:
    """What `pulumi up` applies, in the order in which it is made.

    Raises SettingsError for settings that do not validate, and for a fact that is not known.
    """
    project = _read(root / "Pulumi.yaml")
    asyncio.set_event_loop(asyncio.new_event_loop())  # what holds secrets wants one
    _configure(root, str(project["name"]), stack, str(project.get("stackConfigDir", ".")))
    settings = Settings.load()
    names = Names(str(project["name"]), stack)
    facts = _facts(root / lock_path(stack))
    namespaces: dict[str, list[Manifest]] = {}
    made: list[Manifest] = []
    secrets: list[str] = []
    for name, one in settings.applications.items():
        place = _place(name, one, settings, names, facts.get(name))
        bounds = settings.target.namespaces
        namespaces.setdefault(place.namespace, namespace(place.namespace, names, bounds))
        made += [part.manifest for part in parts(one.app, place)]
        if one.app.secrets or one.app.secret_files:
            secrets.append(str(place.secret))
    first = [manifest for each in namespaces.values() for manifest in each]
    return Rendered(tuple(_plain(one) for one in (*first, *made)), tuple(secrets))


def files(manifests: Iterable[Manifest]) -> Iterator[tuple[str, str]]:
    """The name and the text of each object's file: `namespace/kind-name.yaml`."""
    for manifest in manifests:
        metadata = manifest["metadata"]
        folder = metadata.get("namespace", metadata["name"])
        path = f"{folder}/{manifest['kind'].lower()}-{metadata['name']}.yaml"
        yield path, yaml.dump(manifest, Dumper=_Dumper, sort_keys=False)


def _place(
    name: str,
    application: ApplicationArgs,
    settings: Settings,
    names: Names,
    facts: Manifest | None,
) -> Placement:
    app, target = application.app, settings.target
    if facts is None:
        raise SettingsError(
            f"{name}: its image's digest and user are not known; `make up` looks them up and "
            f"writes {lock_path(names.stack)}, and so does whoever builds the image:\n"
            f"  applications: {{{name}: {{images: {{'': repository@sha256:…}}, user: 10001, "
            "group: 10001}}"
        )
    inside = Exposure(url=f"http://{name}")
    user = app.user or int(facts["user"])
    return Placement(
        name=name,
        namespace=app.namespace or names.namespace,
        owner_labels=names.owner_labels,
        field_manager=_FIELD_MANAGER,
        exposure=target.exposure(name, "") if app.is_exposed else inside,
        images=facts["images"],
        user=user,
        group=app.user or int(facts["group"]),
        pull_secrets=target.pull_secrets,
        secret=f"{name}-secrets",
    )


def _configure(root: Path, project: str, stack: str, folder: str) -> None:
    """Let the settings be read as in a program, from the file alone."""
    document = _read(root / folder / f"Pulumi.{stack}.yaml")
    config = cast("Manifest", document.get("config") or {})
    texts: dict[str, str] = {}
    secret: list[str] = []
    for key, value in config.items():
        hidden = _without_secrets(value)
        texts[key] = hidden if isinstance(hidden, str) else json.dumps(hidden)
        secret += [key] if hidden != value else []
    settings = pulumi.runtime.Settings(
        project=project, stack=stack, root_directory=str(root), dry_run=True
    )
    pulumi.runtime.configure(settings)
    os.environ["PULUMI_CONFIG"] = json.dumps(texts)
    pulumi.runtime.set_all_config(texts, secret)


def _without_secrets(value: Any) -> Any:
    """A setting with nothing where the file holds something encrypted."""
    if isinstance(value, dict):
        inner = cast("Manifest", value)
        if set(inner) == {"secure"}:
            return ""
        return {key: _without_secrets(one) for key, one in inner.items()}
    if isinstance(value, list):
        return [_without_secrets(one) for one in cast("list[Any]", value)]
    return value


def _facts(path: Path) -> dict[str, Manifest]:
    document = _read(path) if path.exists() else {}
    return cast("dict[str, Manifest]", document.get("applications") or {})


def _read(path: Path) -> Manifest:
    try:
        return yaml.safe_load(path.read_text()) or {}
    except FileNotFoundError:
        raise SettingsError(f"there is no {path.name} in {path.parent.name or '.'}") from None


def _plain(manifest: Manifest) -> Manifest:
    """A manifest without what only Pulumi's provider reads."""
    metadata = dict(manifest["metadata"])
    annotations = metadata.pop("annotations", {})
    kept = {key: value for key, value in annotations.items() if not key.startswith(_FOR_PULUMI)}
    return {**manifest, "metadata": {**metadata, **({"annotations": kept} if kept else {})}}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
