"""One rollout, from the checks before it to its end."""

import time
from collections.abc import Callable, Sequence

from ...diagnosis import Failed, Going, Judge, Reading, Trouble, Verdict, explain, masked, troubles
from ...k8s.api import Api, ApiError, api, path_of
from ...machine.runner import UP_AGAIN, LocalError
from ..ahead import Finding, look_ahead
from ..manifests import Manifest
from .args import RolloutArgs
from .back import Return, Versions
from .change import MANAGER, Writer
from .evidence import Evidence
from .serving import wait_for_endpoints
from .watch import Watch

_PAUSE_SECONDS = 0.25
_SILENT_SECONDS = 60.0
"""Seconds for which the API server may not answer: it elects a leader, or is restarted."""
_LOG_LINES = 60
_MISSING = 404


class Rollout:
    """Brings a workload to its new version, or back to the one before."""

    def __init__(
        self, args: RolloutArgs, versions: Versions, kubeconfig: str, secrets: Sequence[str]
    ) -> None:
        self._args = args
        self._versions = versions
        self._kubeconfig = kubeconfig
        self._secrets = secrets
        self._api: Api = api(kubeconfig)
        self._live: Manifest | None = None
        self._is_started = False

    def run(self, show: Callable[[str], None]) -> None:
        """Roll the new version out; `show` gets a line about each thing that it waits for.

        Raises LocalError when it fails; the cluster has the version before then, as far as the
        settings let it.
        """
        self.check(show)
        self.start(show)

    def check(self, show: Callable[[str], None]) -> None:
        """Look at what is certain before anything is written.

        Raises LocalError for a version that cannot succeed.
        """
        new = self._versions.new
        self._live = self._api.find(path_of(new))
        manager = new["metadata"]["annotations"][MANAGER]
        outlook = look_ahead(self._api, new, self._live, manager)
        if outlook.findings:
            raise self._refused(outlook.findings)
        for notice in outlook.notices:
            show(notice)

    def start(
        self, show: Callable[[str], None], is_stopped: Callable[[], bool] = lambda: False
    ) -> None:
        """Write the version that was checked, and wait until it serves or `is_stopped` is true.

        Raises LocalError when it fails, as `run` does.
        """
        new = self._versions.new
        if new["kind"] == "CronJob" or is_stopped():
            return  # a CronJob starts no pods now
        self._is_started = True
        Writer(self._api, self._kubeconfig).start(new, self._live)
        watch = Watch(self._api, new)
        verdict, reading = self._wait(watch, show, is_stopped)
        if isinstance(verdict, Failed):
            raise self._failed(verdict.trouble, reading, watch, self._back())
        if not isinstance(verdict, Going):
            wait_for_endpoints(self._api, new, _serving(reading))

    def undo(self, reason: str) -> None:
        """Return to the version before for a reason that is not its own.

        Raises LocalError with what serves now.
        """
        name = self._args.application
        if not self._is_started:
            raise LocalError(f"{name}: not started, as {reason}", details="nothing was changed")
        if self._args.kept_because:
            raise LocalError(f"{name}: stays though {reason}: {self._args.kept_because}")
        outcome = self._back().run(self._versions.new)
        raise LocalError(f"{name}: {outcome}; for {reason}")

    def explain_late(self) -> str:
        """Explain, after a rollout that had succeeded, what is wrong with the workload now.

        An update is returned to the version before, whose inputs Pulumi keeps; of a creation it
        keeps the new ones. Returns an empty text when nothing is wrong any more. Raises ApiError.
        """
        watch = Watch(self._api, self._versions.new)
        reading = watch.read_all()
        found = troubles(reading)
        if not found:
            return ""
        if self._versions.old is None:
            return explain(found[0], watch.last_lines(found[0], _LOG_LINES), self._secrets)
        back = Return(self._api, self._kubeconfig, self._versions.old)
        return self._failed(found[0], reading, watch, back).message

    def _back(self) -> Return:
        return Return(self._api, self._kubeconfig, self._versions.earlier(self._live))

    def _wait(
        self, watch: Watch, show: Callable[[str], None], is_stopped: Callable[[], bool]
    ) -> tuple[Verdict, Reading]:
        """Wait until the rollout has succeeded or failed, or is stopped.

        Raises LocalError when the cluster does not answer any more.
        """
        judge, shown, answered = Judge(self._args.limits), "", watch.seconds
        while True:
            try:
                reading = watch.read()
                answered = watch.seconds
            except ApiError as error:
                if error.status == _MISSING or watch.seconds - answered > _SILENT_SECONDS:
                    raise self._lost(error) from None
                time.sleep(_PAUSE_SECONDS)
                continue
            verdict = judge.judge(reading)
            if not isinstance(verdict, Going) or is_stopped():
                return verdict, reading
            if verdict.notice and verdict.notice != shown:
                shown = verdict.notice
                show(masked(shown, self._secrets))
            time.sleep(_PAUSE_SECONDS)

    def _refused(self, found: Sequence[Finding]) -> LocalError:
        """Return the error for a version that was not started."""
        first, others = found[0], found[1:]
        lines = [first.details, *(f"also: {each.message}" for each in others)]
        lines.append("nothing was changed")
        details = masked("\n".join(line for line in lines if line), self._secrets)
        return LocalError(
            masked(first.message, self._secrets), details=details, next_step=first.next_step
        )

    def _failed(self, trouble: Trouble, reading: Reading, watch: Watch, back: Return) -> LocalError:
        """Keep the evidence, return to the version before, and explain both."""
        evidence = Evidence(self._args, self._secrets)
        lines = watch.last_lines(trouble, _LOG_LINES)
        kept = evidence.keep(reading, watch)
        if self._args.kept_because:
            outcome = f"the new version stays: {self._args.kept_because}"
        else:
            outcome = back.run(self._versions.new)
        message = explain(trouble, lines, self._secrets, [outcome, kept])
        evidence.conclude(message)
        return LocalError(message)

    def _lost(self, error: ApiError) -> LocalError:
        name = self._args.application
        if error.status == _MISSING:
            what = f"{name}: the workload was deleted during its rollout"
        else:
            what = f"{name}: the cluster did not answer for {_SILENT_SECONDS:.0f} s in a rollout"
        return LocalError(what, details=error.message, next_step=UP_AGAIN)


def _serving(reading: Reading) -> set[str]:
    """Return the UIDs of the pods that serve once a rollout has succeeded."""
    metadata = [pod["metadata"] for pod in reading.pods]
    return {each["uid"] for each in metadata if "deletionTimestamp" not in each}
