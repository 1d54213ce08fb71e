"""A lane: the same application by each of the tools, in namespaces side by side."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench.failures.causes import Cause
from bench.failures.objects import NAME, Version, settings
from bench.failures.outcome import Outcome, Snapshot
from bench.failures.peers import PEERS, Peer
from tests.live.adjusted import change, program_by_file
from tests.live.guest import Guest
from tests.live.project import Project, Ran
from tests.rollouts.beside import put, take_away

SLIPWAY = "Slipway"
_SECRET = ("create", "secret", "generic", "made", "--from-literal=token=1")


@dataclass(frozen=True)
class Place:
    """The cluster of the measurement, with what all lanes use."""

    host: Project
    folder: Path
    image: str
    """Image of the healthy version."""

    registry: str
    """Host of the images of cases."""


class Lane:
    """Takes causes one after the other; the tools fail side by side."""

    def __init__(self, place: Place, number: int) -> None:
        self._place = place
        folder = place.folder / f"lane-{number}"
        (folder / "slipway").mkdir(parents=True)
        self._good = Version.of(None, place.image, place.registry)
        first = {NAME: {"image": place.image, "app": settings({})}}
        self._guest = Guest(folder / "slipway", place.host, program_by_file(), apps=first)
        change(self._guest, {})
        self._guest.up()
        pod = Snapshot.of(place.host, self._guest.name).template["spec"]
        self._user: int = pod["securityContext"]["runAsUser"]
        self._peers = [
            make(place.host, folder / make.name, f"{self._guest.name}-{make.name}")
            for make in PEERS
        ]
        self._recover_all()
        for namespace in self._namespaces:
            place.host.kubectl(*_SECRET, f"--namespace={namespace}")

    @property
    def _namespaces(self) -> list[str]:
        return [self._guest.name, *(peer.namespace for peer in self._peers)]

    def measure(self, cause: Cause, runs: int, runs_of_peers: int) -> list[Outcome]:
        """Let all tools deploy a version that fails; return how each run ended."""
        case, place = cause.case, self._place
        for namespace in self._namespaces:
            put(place.host, namespace, case.beside)
        version = Version.of(case, place.image, place.registry)
        try:
            with ThreadPoolExecutor(len(self._namespaces)) as pool:
                work = [pool.submit(self._slipway, cause, version, runs)]
                work += [
                    pool.submit(self._peer, peer, cause, version, runs_of_peers)
                    for peer in self._peers
                ]
        finally:
            for namespace in self._namespaces:
                take_away(place.host, namespace, case.beside)
        self._recover_all()
        return [outcome for each in work for outcome in each.result()]

    def _slipway(self, cause: Cause, version: Version, runs: int) -> list[Outcome]:
        """Update again and again: each time, Slipway itself has returned to the healthy version."""
        app = {"image": version.image, "app": settings(version.app)}
        self._guest.settings["slipway:apps"] = {NAME: app}
        self._guest.save_settings()
        change(self._guest, {NAME: {"volumes": version.volumes}})
        run = lambda: self._guest.up(check=False)  # noqa: E731
        tool = _Tool(SLIPWAY, self._guest.name, run)
        return [self._outcome(cause, tool, number) for number in range(runs)]

    def _peer(self, peer: Peer, cause: Cause, version: Version, runs: int) -> list[Outcome]:
        objects = version.objects(peer.namespace, self._user)
        run = lambda: peer.deploy(objects, check=False)  # noqa: E731
        tool = _Tool(peer.name, peer.namespace, run)
        outcomes = [self._outcome(cause, tool, 0)]
        for number in range(1, runs):
            self._recover(peer)
            outcomes.append(self._outcome(cause, tool, number))
        return outcomes

    def _outcome(self, cause: Cause, tool: "_Tool", number: int) -> Outcome:
        before = Snapshot.of(self._place.host, tool.namespace)
        ran = tool.run()
        seen = (before, Snapshot.of(self._place.host, tool.namespace))
        return Outcome.of(cause.name, tool.name, number, ran, seen)

    def _recover_all(self) -> None:
        with ThreadPoolExecutor(len(self._peers)) as pool:
            list(pool.map(self._recover, self._peers))

    def _recover(self, peer: Peer) -> None:
        peer.deploy(self._good.objects(peer.namespace, self._user), check=True)


@dataclass(frozen=True)
class _Tool:
    """A tool with what it runs for one cause."""

    name: str
    namespace: str
    run: Callable[[], Ran]
