"""Work that ends: jobs, and migrations before a rollout."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from ...k8s.schedule import due_schedule, known_time_zone
from ...settings.model import Model
from .values import Plain


class JobArgs(Model):
    """How a Job or the Jobs of a CronJob run."""

    schedule: (
        Annotated[str, Field(pattern=r"^(@\w+|\S+( \S+){4})$"), AfterValidator(due_schedule)] | None
    ) = Field(default=None, examples=["0 3 * * *"])
    """Schedule on which a CronJob starts Jobs."""

    time_zone: Annotated[str, AfterValidator(known_time_zone)] | None = Field(
        default=None, examples=["Etc/UTC"]
    )
    """Time zone of the schedule."""

    concurrency: Literal["Forbid", "Allow", "Replace"] = "Forbid"
    """What happens when a Job is due while the previous one still runs."""

    retries: int = Field(default=2, ge=0, le=100)
    """Number of retries after a pod failed."""

    deadline_seconds: int = Field(default=600, ge=1, le=604800)
    """Seconds that a Job may take, retries included."""


class MigrationArgs(Model):
    """A Job that must succeed before an update of the application begins.

    It runs the new image with the application's variables, secrets and files. If it fails, the
    previous version keeps serving.
    """

    command: list[Plain] = Field(min_length=1, examples=[["node", "migrate.js"]])
    """Program and arguments."""

    retries: int = Field(default=0, ge=0, le=100)
    """Number of retries."""

    deadline_seconds: int = Field(default=300, ge=1, le=86400)
    """Seconds that it may take, retries included."""

    reversible: bool = True
    """Whether the version before works with what the migration has done; if not, a version that
    fails after it stays."""
