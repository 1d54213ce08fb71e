"""Jobs and CronJobs: work that ends.

https://kubernetes.io/docs/concepts/workloads/controllers/job/
"""

from ..args import AppArgs, MigrationArgs
from ..hashes import named_by
from ..placement import Manifest, Placement
from .pod import job_template, template

_MARGIN = 60
"""Seconds beside a Job's deadline in which the cluster reports that it has passed."""


def awaited_seconds(deadline: int) -> int:
    """Return the seconds for which the provider waits for a Job with a deadline."""
    return deadline + _MARGIN


def job(args: AppArgs, place: Placement) -> Manifest:
    """Return the Job of work that runs once, and again as another Job when it changes."""
    spec = {**_limits(args), "template": template(args, place)}
    return _named_by_content("", spec, place)


def cron_job(args: AppArgs, place: Placement) -> Manifest:
    """Return the CronJob of work that runs on a schedule."""
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


def migration(args: AppArgs, own: MigrationArgs, place: Placement) -> Manifest:
    """Return the Job that has to succeed before an update begins, one for each version."""
    spec = {
        "backoffLimit": own.retries,
        "activeDeadlineSeconds": own.deadline_seconds,
        "template": job_template(args, place, own.command),
    }
    return _named_by_content("-migration", spec, place)


def _named_by_content(suffix: str, spec: Manifest, place: Placement) -> Manifest:
    """Return a Job. Its template is immutable, so that a changed one has another name.

    `replaceUnready`, as a Job that has failed never runs again: the next update deletes it and
    creates it again.
    """
    name = named_by(f"{place.name}{suffix}-", spec)
    metadata = {**place.metadata(**{"pulumi.com/replaceUnready": "true"}), "name": name}
    return {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": spec}


def _limits(args: AppArgs) -> Manifest:
    return {
        "backoffLimit": args.job.retries,
        "activeDeadlineSeconds": args.job.deadline_seconds,
    }
