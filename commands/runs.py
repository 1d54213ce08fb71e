"""Progress of Jobs and CronJobs in words."""

from typing import Any


def job_runs(job: dict[str, Any]) -> str:
    """Return the progress of a Job."""
    status = job.get("status", {})
    for condition in status.get("conditions", ()):
        if condition["type"] in ("Complete", "Failed") and condition["status"] == "True":
            word = str(condition["type"]).lower()
            return f"{word}: {message}" if (message := condition.get("message")) else word
    failed = f", {status['failed']} failed" if status.get("failed") else ""
    return f"under way: {status.get('active', 0)} active, {status.get('succeeded', 0)} done{failed}"


def cron_job_runs(job: dict[str, Any]) -> str:
    """Return the schedule of a CronJob and its last runs."""
    status = job.get("status", {})
    active = len(status.get("active") or ())
    started = status.get("lastScheduleTime", "never")
    succeeded = status.get("lastSuccessfulTime", "never")
    paused = ", suspended" if job["spec"].get("suspend") else ""
    return (
        f"{job['spec']['schedule']}{paused}: {active} active, last started {started}, "
        f"last succeeded {succeeded}"
    )
