"""`make wait`: what a controller applies from Git, followed to its end as `up` follows its own."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from commands.cluster import Cluster
from commands.delivery import by_gitops
from commands.drift.declared import Declared, Manifest, Place
from commands.drift.findings import Finding, Kind
from commands.drift.request import live_objects
from commands.errors import CommandError
from commands.gitops.applied import unapplied
from commands.gitops.argo_cd import argo_cd_reports
from commands.gitops.evidence import keep
from commands.gitops.flux import flux_reports
from commands.gitops.rendered import Rendered, git
from commands.gitops.report import Report, Wanted
from commands.gitops.revert import is_ancestor, is_behind_of, prepare_revert
from commands.gitops.rollouts import FailedRollout, Rollouts
from commands.stack import Stack

_PAUSE_SECONDS = 1.0
_RETRY_SECONDS = 20.0
"""Seconds for which a controller may report a failure of the commit: it tries again by itself."""

_FETCH_SECONDS = 60.0
"""Seconds for which it may not get at the repository."""

_SILENT_SECONDS = 60.0
"""Seconds for which the cluster may not answer."""


def wait(stack: Stack, folder: Path, seconds: int) -> None:
    """Wait until the committed folder is applied and each of its workloads serves.

    Prints what it waits for. On a failure the cause is explained as after `up`, kept for
    `make why`, and a commit that takes the version back is made on a branch. Raises CommandError
    then, after `seconds` without an end, and for a stack that Pulumi delivers.
    """
    if by_gitops(stack) is None:
        raise CommandError(
            f"{stack.file.name} has no `deliver: gitops`: no controller applies this stack",
            f"make up STACK={stack.name}, or set slipway:deliver to gitops",
        )
    rendered = Rendered.of(stack, folder)
    cluster = Cluster(stack)
    _Wait(stack, cluster, rendered, time.monotonic() + seconds, Rollouts(cluster)).run()


@dataclass(frozen=True)
class _Look:
    """State of the cluster at one moment."""

    reports: list[Report]
    missing: list[Finding]
    """Objects that are not as they are written."""

    is_behind: bool
    """True if a controller is known to be at an earlier commit."""

    notices: list[str]
    failed: list[FailedRollout]
    is_over: bool
    """True if all is applied and healthy."""


@dataclass
class _Wait:
    stack: Stack
    cluster: Cluster
    rendered: Rendered
    end: float
    rollouts: Rollouts
    answered: float = field(default_factory=time.monotonic)
    last: _Look | None = None
    shown: set[str] = field(default_factory=set[str])
    failing_since: dict[str, float] = field(default_factory=dict[str, float])

    def run(self) -> None:
        """Look again and again, until all is healthy, something has failed, or time is over."""
        while True:
            look = self._look()
            if look is not None:
                for line in look.notices:
                    self._show(line)
                if look.failed:
                    raise self._failed(look.failed[0], look.reports)
                if look.is_over:
                    break
                for report in look.reports:
                    self._require_progress(report, look.reports)
                self._show(_waiting(self.rendered, look))
                self.last = look
            if time.monotonic() > self.end:
                raise self._late()
            time.sleep(_PAUSE_SECONDS)
        print(
            f"{self.stack.name}: all {len(self.rendered.objects)} objects are as in commit "
            f"{self.rendered.short}; healthy workloads: {self.rollouts.healthy}"
        )

    def _look(self) -> _Look | None:
        """Return what the cluster shows now; None where it does not answer.

        Raises CommandError where it has not answered for too long.
        """
        try:
            live = self._live()
            seen = self._reports()
            missing = unapplied(self.rendered.objects, live)
            is_behind = any(is_behind_of(self.rendered, each.attempted) for each in seen)
            # Nothing of an earlier version is judged, however much it is like this one.
            applied = [] if is_behind else self._applied(missing)
            found = list(self.rollouts.look(applied, live))
        except CommandError as error:
            if time.monotonic() - self.answered > _SILENT_SECONDS:
                raise CommandError(error.message, self._again) from None
            return None
        self.answered = time.monotonic()
        return _Look(
            reports=seen,
            missing=missing,
            notices=[each for each in found if isinstance(each, str)],
            failed=[each for each in found if isinstance(each, FailedRollout)],
            is_behind=is_behind,
            is_over=not missing and not is_behind and not self.rollouts.is_waiting_for(applied),
        )

    def _live(self) -> Mapping[Place, Manifest]:
        live = live_objects(self.cluster, self.rendered.objects)
        if live is None:
            raise CommandError(f"the context {self.cluster.context} leads to another cluster now")
        return live

    def _reports(self) -> list[Report]:
        """Return what each controller shows that applies the folder; there may be none."""
        path = git(self.rendered.folder, "rev-parse", "--show-prefix").strip("/")
        wanted = Wanted(path, frozenset(each.place for each in self.rendered.objects))
        return [*flux_reports(self.cluster, wanted), *argo_cd_reports(self.cluster, wanted)]

    def _applied(self, missing: list[Finding]) -> list[Declared]:
        places = {each.declared.place for each in missing}
        return [each for each in self.rendered.objects if each.place not in places]

    def _show(self, line: str) -> None:
        if line and line not in self.shown:
            self.shown.add(line)
            print(line, flush=True)

    def _require_progress(self, report: Report, seen: list[Report]) -> None:
        """Raise CommandError for a controller that has failed with this commit for too long."""
        concerns = report.cannot_fetch or is_ancestor(
            self.rendered.folder, self.rendered.commit, report.attempted
        )
        if not report.failure or not concerns:
            self.failing_since.pop(report.name, None)
            return
        since = self.failing_since.setdefault(report.name, time.monotonic())
        allowed = _FETCH_SECONDS if report.cannot_fetch else _RETRY_SECONDS
        if time.monotonic() - since < allowed:
            return
        if report.cannot_fetch:
            raise CommandError(
                f"{report.name} does not get at the repository:\n  {report.failure}",
                "correct its address or its login in the cluster, then the same command again",
            )
        raise self._reverting(
            f"{report.name} cannot apply commit {self.rendered.short}:\n  {report.failure}", seen
        )

    def _failed(self, failed: FailedRollout, seen: list[Report]) -> CommandError:
        kept = keep(self.stack, failed)
        note = f"commit {self.rendered.short} brought this version; kept in {kept}"
        return self._reverting(f"{failed.message}\n  {note}", seen)

    def _reverting(self, message: str, seen: list[Report]) -> CommandError:
        """Return the error of a failed version, with the branch that takes it back."""
        healthy = next((each.healthy for each in seen if each.healthy), None)
        try:
            branch = prepare_revert(self.rendered, healthy)
        except CommandError as error:
            return CommandError(f"{message}\n  no revert could be prepared: {error.message}")
        return CommandError(
            f"{message}\n  the branch {branch} takes it back",
            f"git push origin {branch}:main, or a pull request of that branch; then "
            f"make wait STACK={self.stack.name} OUT={self.rendered.folder}",
        )

    def _late(self) -> CommandError:
        waiting = _waiting(self.rendered, self.last) if self.last else "the cluster did not answer"
        return CommandError(
            f"{self.stack.name} is not as in commit {self.rendered.short} in time: "
            f"{waiting or 'its workloads are not healthy yet'}",
            f"git push, if the commit is not pushed; {self._again}, which waits further",
        )

    @property
    def _again(self) -> str:
        return f"make wait STACK={self.stack.name} OUT={self.rendered.folder}"


def _waiting(rendered: Rendered, look: _Look) -> str:
    """Return what is not applied yet, and what the controllers are at."""
    at = [f"{each.name} is at {each.attempted[:9] or 'no commit'}" for each in look.reports]
    if not look.missing:
        line = f"waiting for commit {rendered.short}"
        return "; ".join((line, *at)) if look.is_behind else ""
    words = {Kind.GONE: "is not there", Kind.ENDING: "is being deleted"}
    first, *more = look.missing
    what = words.get(first.kind, "is another version")
    others = f", and {len(more)} more" if more else ""
    line = f"waiting for commit {rendered.short}: {first.declared.kind} {first.declared} {what}"
    return "; ".join((line + others, *at))
