"""The manifests that settings give, without the facts of an update."""

from collections.abc import Mapping
from typing import Any

from components.app.args import AppArgs
from components.app.args.containers import APPLICATION
from components.app.manifests import parts
from components.app.placement import Facts, Site, own_images, placement
from components.names import Names
from components.settings.model import SettingsError
from components.targets.manifests import namespace
from components.targets.owner import Owner
from stacks.settings import Settings
from stacks.write_back.editing import Step
from stacks.write_back.places import value_at
from stacks.write_back.proposal import Proposal

Manifests = Mapping[tuple[str, str], Mapping[str, Any]]
"""Manifests by kind and name."""


def manifests(settings: Settings) -> Manifests:
    """Return the objects of the applications and their limits; images are as the settings say."""
    owner = Owner(Names("", ""))
    site = Site(owner, lambda name: settings.target.exposure(name, ""), ())
    objects = namespace("", owner, settings.target.namespaces)
    for name, application in settings.applications.items():
        images = {APPLICATION: application.image.reference or "", **own_images(application.app)}
        place = placement(name, application.app, site, Facts(dict(images), user=0, group=0))
        objects += [part.manifest for part in parts(application.app, place)]
    return {(each["kind"], each["metadata"].get("name", "")): each for each in objects}


def declared(known: Manifests, proposal: Proposal) -> Any:
    """Return the value that manifests have in the field of a proposal; REMOVED if none."""
    return value_at(known.get((proposal.kind, proposal.name)), proposal.field)


def path_of(settings: Settings, proposal: Proposal, path: tuple[Step, ...]) -> tuple[Step, ...]:
    """Return the path of a setting below `slipway:`.

    Raises SettingsError where the settings have no such application or container, and for an
    image that is built.
    """
    name = proposal.application
    if name is None:
        return path
    if name not in settings.applications:
        raise SettingsError(f"the stack file has no application {name}: a program declares it")
    application = settings.applications[name]
    root = ("apps", name) if settings.apps else ()
    if path == ("reference",) and proposal.container == name:
        if application.image.reference is None:
            raise SettingsError(
                f"the image is built from {application.image.context}; a change belongs there"
            )
        return (*root, "image", *path)
    if proposal.container in (None, name):
        return (*root, "app", *path)
    path = ("image",) if path == ("reference",) else path
    return (*root, "app", *_container(application.app, str(proposal.container)), *path)


def _container(app: AppArgs, name: str) -> tuple[Step, ...]:
    if app.data is not None and name == "data":
        return ("data",)
    for setting, containers in (("sidecars", app.sidecars), ("init", app.init)):
        for number, each in enumerate(containers):
            if each.name == name:
                return (setting, number)
    raise SettingsError(f"the settings have no container {name}")
