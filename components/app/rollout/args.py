"""What the settings say about a rollout."""

from dataclasses import dataclass
from pathlib import Path

import pulumi

from ...diagnosis.reading import Limits
from ..args import AppArgs


@dataclass(frozen=True)
class RolloutArgs:
    """The rollout of one workload."""

    application: str
    stack: str
    checkout: Path
    """Folder of the program, where the evidence of a failure is kept."""

    limits: Limits
    kept_because: str = ""
    """Why a version that fails stays, in words; empty if the one before is returned to."""


def rollout_args(application: str, kind: str, key: str, args: AppArgs) -> RolloutArgs | None:
    """Return what the settings say about the rollout of an application's object.

    `key` is that of its part. None for what has no pods.
    """
    if kind not in ("Deployment", "StatefulSet", "Job", "CronJob"):
        return None
    limits = Limits(
        startup_seconds=args.startup_seconds,
        min_ready_seconds=args.min_ready_seconds,
        drain_seconds=args.drain_seconds,
        shutdown_seconds=args.shutdown_seconds,
        job_seconds=_job_seconds(key, args) if kind == "Job" else None,
    )
    return RolloutArgs(
        application=application,
        stack=pulumi.get_stack(),
        checkout=Path(pulumi.get_root_directory()),
        limits=limits,
        kept_because=_kept_because(kind, args),
    )


def _job_seconds(key: str, args: AppArgs) -> int:
    if key == "migration" and args.migration is not None:
        return args.migration.deadline_seconds
    return args.job.deadline_seconds


def _kept_because(kind: str, args: AppArgs) -> str:
    if kind == "Job":
        return ""
    if not args.rollback_on_failure:
        return "rollbackOnFailure is false"
    if args.migration is not None and not args.migration.reversible:
        return "migration.reversible is false, so the version before may not work any more"
    return ""
