"""All objects of an application."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..args import AppArgs
from . import files, job, network, scaling, service, workload
from .place import Manifest, Placement


@dataclass(frozen=True)
class Part:
    """An object of an application; `key` tells it from the application's others."""

    key: str
    manifest: Manifest


def parts(args: AppArgs, place: Placement) -> list[Part]:
    """The objects in the order in which they are made: the workload once all that it needs is
    there, and after it only what leads to it."""
    return list(_parts(args, place))


def _parts(args: AppArgs, place: Placement) -> Iterator[Part]:
    if args.network_policy:
        yield Part("network", network.policy(args, place))
        if args.migration is not None:
            yield Part("migration-network", network.migration_policy(args, place))
    if args.files:
        made = files.config_map(args, place)
        yield Part(f"files-{files.content_hash(args)}", made)
    if args.serves:
        yield Part("service", service.service(args, place))
        if args.kind == "StatefulSet":
            yield Part("pods", service.of_pods(args, place))
        yield Part("budget", scaling.disruption_budget(place))
    if args.migration is not None:
        yield Part("migration", job.migration(args, args.migration, place))
    yield Part(args.kind.lower(), workload.workload(args, place))
    if args.autoscale is not None:
        yield Part("autoscaler", scaling.autoscaler(args, args.autoscale, place))
    for route in service.routes(place) if args.serves else ():
        yield Part(str(route["kind"]).lower(), route)
