"""What set-up does about the Docker Engine on machines of every kind.

Belongs here: decisions, commands and messages; nothing is installed or started.
"""

import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from toolchain.engine import Engine
from toolchain.engine.client import DEFAULT_HOST, Problem, Silence
from toolchain.engine.daemon import Daemon
from toolchain.engine.machine import Machine
from toolchain.engine.remains import Remains
from toolchain.engine.startup import Tools, ensure
from toolchain.errors import ToolchainError
from toolchain.runner import Output

from .runners import FakeRunner

ANSWER = Engine("20.10.24", "running already", DEFAULT_HOST)
NO_SUDO = {"sudo -n true": Output(1, "a password is required")}
ALL_CAPABILITIES = "CapBnd:\t000001ffffffffff\n"
WITHOUT_SYS_RESOURCE = "CapBnd:\t000001fffeffffff\n"


def silent(problem: Problem = "no answer", host: str = DEFAULT_HOST) -> Silence:
    return Silence(problem, host, "cannot connect")


@dataclass
class World:
    """A machine of the test's own, an engine with prepared answers, and what was started."""

    root: Path
    answers: list[Engine | Silence]
    programs: set[str]
    user: int = 0
    remains: Remains = field(default_factory=lambda: Remains(None, ()))
    ends_with: str | None = None
    said: list[str] = field(default_factory=list[str])
    started: list[list[str]] = field(default_factory=list[list[str]])
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])
    now: float = 0.0

    def ask(self, timeout: float) -> Engine | Silence:
        assert timeout <= 3 or self.now == 0, "a long wait is the second attempt's only"
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def spawn(self, command: Sequence[str], folder: Path) -> Daemon:
        self.started.append(list(command))
        log = self.root / "dockerd.log"
        log.write_text(f"starting\n{self.ends_with or ''}\n")
        process = subprocess.Popen(["false"] if self.ends_with else ["sleep", "60"])
        self.processes.append(process)
        if self.ends_with:
            process.wait()
        return Daemon(process, log)

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds

    def ensure(self, runner: FakeRunner) -> Engine:
        tools = Tools(
            Machine(self.root, self.user, lambda name: name if name in self.programs else None),
            ask=self.ask,
            remains=lambda: self.remains,
            spawn=self.spawn,
            sleep=self.sleep,
            clock=lambda: self.now,
        )
        return ensure(runner, self.said.append, self.root / "cache", tools=tools)


MakeWorld = Callable[..., World]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeWorld]:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    worlds: list[World] = []

    def make(
        *answers: Engine | Silence, programs: str = "docker dockerd apt-get sudo", user: int = 0
    ) -> World:
        write(tmp_path, "etc/debian_version", "12.0\n")
        write(tmp_path, "proc/self/status", ALL_CAPABILITIES)
        write(tmp_path, "proc/sys/fs/inotify/max_user_instances", "1024\n")
        write(tmp_path, "proc/sys/fs/inotify/max_user_watches", "1048576\n")
        worlds.append(World(tmp_path, list(answers), set(programs.split()), user))
        return worlds[-1]

    yield make
    for process in (process for world in worlds for process in world.processes):
        process.kill()
        process.wait()


def write(root: Path, place: str, text: str) -> None:
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_an_engine_that_answers_is_used_as_it_is(world: MakeWorld) -> None:
    here, runner = world(ANSWER), FakeRunner()
    assert here.ensure(runner) == ANSWER
    assert (runner.lines, here.started) == ([], [])


def test_a_stopped_engine_is_started_in_the_background(world: MakeWorld) -> None:
    here = world(silent(), silent(), ANSWER)
    engine = here.ensure(FakeRunner())
    assert here.started == [["dockerd"]]
    assert (engine.version, engine.origin) == ("20.10.24", "started: Debian's docker.io")


def test_systemd_starts_docker_where_it_runs(world: MakeWorld) -> None:
    here, runner = world(silent(), ANSWER), FakeRunner()
    (here.root / "run/systemd/system").mkdir(parents=True)
    assert here.ensure(runner).origin == "started: by systemd"
    assert runner.lines == ["systemctl start docker"]
    assert here.started == []


def test_a_missing_engine_is_installed_first(world: MakeWorld) -> None:
    here = world(silent("no client"), ANSWER, programs="apt-get")
    runner = FakeRunner({"dpkg-query": Output(1, "no packages found")})
    here.ensure(runner)
    installs = [line for line in runner.lines if " install " in line]
    assert installs[0].endswith("install --no-install-recommends docker.io")
    assert all("DEBIAN_FRONTEND=noninteractive" in line for line in installs)
    assert here.started == [["dockerd"]]


def test_package_lists_are_fetched_only_when_an_installation_failed(world: MakeWorld) -> None:
    here = world(silent("no client"), ANSWER, programs="apt-get docker")

    class Stale(FakeRunner):
        def run(self, arguments: Sequence[str | Path], **options: object) -> Output:
            if arguments[-1] == "update":
                del self.answers["install"]
            return super().run(arguments, **options)

    runner = Stale({"dpkg-query": Output(1, ""), "install": Output(100, "404 Not Found")})
    here.ensure(runner)
    apt = [words[-1] for words in runner.commands if "apt-get" in words]
    assert apt == ["docker.io", "update", "docker.io"]


def test_a_user_with_passwordless_sudo_starts_docker_through_it(world: MakeWorld) -> None:
    here = world(silent(), ANSWER, user=1000)
    here.ensure(FakeRunner())
    assert here.started == [["sudo", "-n", "dockerd"]]


@pytest.mark.parametrize(
    ("programs", "command"),
    [
        ("docker dockerd apt-get sudo", "sudo dockerd"),
        ("apt-get sudo", "sudo apt-get update && sudo apt-get install docker.io"),
        ("docker", "install and start Docker (https://docs.docker.com/engine/install/)"),
    ],
)
def test_a_user_who_may_not_start_docker_gets_the_command_to_type(
    world: MakeWorld, programs: str, command: str
) -> None:
    here = world(silent(), programs=programs, user=1000)
    with pytest.raises(ToolchainError) as raised:
        here.ensure(FakeRunner(NO_SUDO))
    assert raised.value.fix.startswith(command)
    assert here.started == []


def test_other_systems_are_sent_to_the_installation_page(world: MakeWorld) -> None:
    here = world(silent("no client"), programs="")
    with pytest.raises(ToolchainError, match="not Debian or Ubuntu") as raised:
        here.ensure(FakeRunner())
    assert "docs.docker.com" in raised.value.fix


def test_an_engine_elsewhere_is_never_replaced_by_one_here(
    world: MakeWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCKER_HOST", "tcp://other:2375")
    here = world(silent(host="tcp://other:2375"))
    with pytest.raises(ToolchainError, match=r"2375 \(named by DOCKER_HOST\)") as raised:
        here.ensure(FakeRunner())
    assert "unset DOCKER_HOST" in raised.value.fix
    assert here.started == []


def test_a_user_whom_docker_refuses_gets_the_command_that_joins_its_group(world: MakeWorld) -> None:
    here = world(silent("not allowed"), user=1000)
    with pytest.raises(ToolchainError, match="may not use it") as raised:
        here.ensure(FakeRunner())
    assert "usermod" in raised.value.fix
    assert here.started == []


def test_what_a_dead_engine_left_is_removed_before_the_start(world: MakeWorld) -> None:
    here, runner = world(silent(), ANSWER), FakeRunner()
    here.remains = Remains(None, (Path("/var/run/docker.pid"),))
    here.ensure(runner)
    assert runner.lines == ["rm -f /var/run/docker.pid"]
    assert here.started == [["dockerd"]]


def test_an_engine_that_is_starting_is_waited_for_and_nothing_of_it_is_removed(
    world: MakeWorld,
) -> None:
    here, runner = world(silent("too slow"), silent(), ANSWER), FakeRunner()
    here.remains = Remains(41, (Path("/var/run/docker.sock"),))
    assert here.ensure(runner).origin == "started meanwhile"
    assert (runner.lines, here.started) == ([], [])


def test_an_engine_that_answers_late_is_used_as_it_is(world: MakeWorld) -> None:
    here, runner = world(silent("too slow"), ANSWER, user=1000), FakeRunner(NO_SUDO)
    assert here.ensure(runner) == ANSWER
    assert here.started == []


def test_an_engine_that_hangs_is_named_with_the_command_that_ends_it(world: MakeWorld) -> None:
    here = world(silent("too slow"))
    here.remains = Remains(41, ())
    with pytest.raises(ToolchainError, match=r"does not answer after 45 s .*sudo kill 41"):
        here.ensure(FakeRunner())
    assert here.now < 60


def test_an_engine_that_ends_shows_its_last_words_at_once(world: MakeWorld) -> None:
    here = world(silent())
    here.ends_with = "failed to start daemon: no iptables"
    with pytest.raises(ToolchainError, match=r"\| failed to start daemon: no iptables"):
        here.ensure(FakeRunner())
    assert here.now == 0


def test_the_special_runtime_is_used_only_without_the_capability(world: MakeWorld) -> None:
    here = world(silent(), ANSWER)
    write(here.root, "proc/self/status", WITHOUT_SYS_RESOURCE)
    here.ensure(FakeRunner())
    runtime = here.root / "cache/engine/runc-caps"
    flags = ["--add-runtime", f"caps={runtime}", "--default-runtime", "caps"]
    assert here.started == [["dockerd", *flags]]
    assert runtime.stat().st_mode & 0o777 == 0o755


def test_runtimes_that_the_machine_configures_itself_are_left_alone(world: MakeWorld) -> None:
    here = world(silent(), ANSWER)
    write(here.root, "proc/self/status", WITHOUT_SYS_RESOURCE)
    write(here.root, "etc/docker/daemon.json", '{"default-runtime": "other"}')
    here.ensure(FakeRunner())
    assert here.started == [["dockerd"]]


def test_inotify_limits_are_raised_only_where_they_are_too_low(world: MakeWorld) -> None:
    here, runner = world(ANSWER), FakeRunner()
    write(here.root, "proc/sys/fs/inotify/max_user_instances", "128\n")
    here.ensure(runner)
    assert runner.lines == ["sh -c echo 512 > /proc/sys/fs/inotify/max_user_instances"]


def test_limits_that_may_not_be_raised_are_said_with_the_command(world: MakeWorld) -> None:
    here = world(ANSWER, user=1000)
    write(here.root, "proc/sys/fs/inotify/max_user_watches", "8192\n")
    here.ensure(FakeRunner(NO_SUDO))
    assert "sudo sysctl -w fs.inotify.max_user_watches=524288" in here.said[0]
