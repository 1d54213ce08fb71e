"""Work that ends.

https://kubernetes.io/docs/concepts/workloads/controllers/job/
"""

from ..args import AppArgs, MigrationArgs
from . import files
from .place import Manifest, Placement
from .pod import job_template, template


def job(args: AppArgs, place: Placement) -> Manifest:
    """Work that is done once; again when anything of it changes, as another Job."""
    spec = {**_limits(args), "template": template(args, place)}
    return _named_by_content("", spec, place)


def cron_job(args: AppArgs, place: Placement) -> Manifest:
    """Work that is done by a schedule."""
    zone = {} if args.job.time_zone is None else {"timeZone": args.job.time_zone}
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": place.metadata(),
        "spec": {
            "schedule": args.job.schedule,
            **zone,
            "concurrencyPolicy": args.job.concurrency,
            "startingDeadlineSeconds": 300,
            "successfulJobsHistoryLimit": 3,
            "failedJobsHistoryLimit": 3,
            "jobTemplate": {"spec": {**_limits(args), "template": template(args, place)}},
        },
    }


def migration(args: AppArgs, asked: MigrationArgs, place: Placement) -> Manifest:
    """What has to succeed before an update begins; once for each version of the application."""
    spec = {
        "backoffLimit": asked.retries,
        "activeDeadlineSeconds": asked.deadline_seconds,
        "template": job_template(args, place, asked.command),
    }
    return _named_by_content("-migration", spec, place)


def _named_by_content(suffix: str, spec: Manifest, place: Placement) -> Manifest:
    """A Job, whose template cannot change: another one has another name."""
    name = files.named_by(f"{place.name}{suffix}-", spec)
    metadata = {**place.metadata(), "name": name}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}


def _limits(args: AppArgs) -> Manifest:
    return {
        "backoffLimit": args.job.retries,
        "activeDeadlineSeconds": args.job.deadline_seconds,
    }
