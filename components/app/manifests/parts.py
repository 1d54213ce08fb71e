"""All objects of an application, with what their registration needs to know."""

from collections.abc import Iterable
from dataclasses import dataclass

import pulumi

from ..args import AppArgs
from ..hashes import short_hash
from ..placement import Manifest, Placement
from . import files, job, network, routes, scaling, service, workload

IMAGES = "images"
"""Stands in `Part.after` for the images, once the nodes can pull them."""

SECRET = "secret"
"""Stands in `Part.after` for the Secret, which is registered once its values are known."""

SERVICE = "service"
"""Key of the Service that others reach the application by."""


@dataclass(frozen=True)
class Part:
    """An object of an application."""

    key: str
    """Name of the object among those of the application."""

    manifest: Manifest

    after: tuple[str, ...] = ()
    """Keys of the parts that are created before it; IMAGES and SECRET count as such."""

    retain: bool = False
    """Whether it outlives its resource, as pods of earlier versions may use it."""

    awaited: int | None = None
    """Seconds for which the provider waits for it; None for the provider's own limit."""

    early: Manifest | None = None
    """An object of a later part in the form that it must have before this one is created, unless
    it exists."""

    url: pulumi.Input[str] | None = None
    """Address that leads to the application through this object, if it is known before."""

    digest: str = ""
    """Hash of its `spec`, with which its key and its name end; empty if they have none."""


def parts(args: AppArgs, place: Placement) -> list[Part]:
    """Return the objects in the order of their creation: the workload after all that its pods
    need; then what leads to it, so that a change takes nothing from a version that still serves.

    The route comes before the Service: what is added should work before anything is taken away.
    """
    policies = _policies(args, place)
    configuration = _files(args, place)
    pod_names = _pod_names(args, place)
    needed = (IMAGES, SECRET, *_keys(policies), *_keys(configuration), *_keys(pod_names))
    migrations = _migrations(args, place, needed)
    main = Part(
        args.kind.lower(),
        workload.workload(args, place),
        after=(*needed, *_keys(migrations)),
        awaited=workload.rollout_seconds(args),
        early=service.early(args, place) if args.serves else None,
    )
    route = _route(args, place, main)
    return [
        *policies,
        *configuration,
        *pod_names,
        *_budget(args, place),
        *migrations,
        main,
        *_autoscaler(args, place, main),
        *route,
        *_service(args, place, (main.key, *_keys(route))),
    ]


def _keys(parts: Iterable[Part]) -> Iterable[str]:
    return (part.key for part in parts)


def _policies(args: AppArgs, place: Placement) -> list[Part]:
    if not args.network_policy:
        return []
    policies = [_policy("network", network.policy(args, place))]
    if args.migration is not None:
        policies.append(_policy("migration-network", network.migration_policy(args, place)))
    return policies


def _policy(key: str, manifest: Manifest) -> Part:
    digest = short_hash(manifest["spec"])
    return Part(f"{key}-{digest}", manifest, digest=digest)


def _files(args: AppArgs, place: Placement) -> list[Part]:
    if not args.files:
        return []
    key = f"files-{files.content_hash(args)}"
    return [Part(key, files.config_map(args, place), retain=True)]


def _service(args: AppArgs, place: Placement, after: tuple[str, ...]) -> list[Part]:
    if not args.serves:
        return []
    url = place.exposure.url if args.is_exposed else None
    return [Part(SERVICE, service.service(args, place), after, url=url)]


def _pod_names(args: AppArgs, place: Placement) -> list[Part]:
    if args.kind != "StatefulSet":
        return []
    return [Part("pods", service.of_pods(args, place))]


def _budget(args: AppArgs, place: Placement) -> list[Part]:
    return [Part("budget", scaling.disruption_budget(place))] if args.serves else []


def _migrations(args: AppArgs, place: Placement, after: tuple[str, ...]) -> list[Part]:
    if args.migration is None:
        return []
    awaited = job.awaited_seconds(args.migration.deadline_seconds)
    return [Part("migration", job.migration(args, args.migration, place), after, awaited=awaited)]


def _autoscaler(args: AppArgs, place: Placement, main: Part) -> list[Part]:
    if args.autoscale is None:
        return []
    return [Part("autoscaler", scaling.autoscaler(args, args.autoscale, place), (main.key,))]


def _route(args: AppArgs, place: Placement, main: Part) -> list[Part]:
    route = place.exposure.route
    if route is None or not args.serves:
        return []
    manifest = routes.manifest(route, args.service.port, place)
    return [Part(str(manifest["kind"]).lower(), manifest, (main.key,))]
