"""A copy of the project with a stack, state, Pulumi home and kubeconfig of its own."""

import copy
import json
import os
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import yaml

from tests.ports import free_port

CHECKOUT = Path(__file__).resolve().parents[2]
_PARTS = (
    "Pulumi.yaml", "__main__.py", "app", "commands", "components", "slipway.py", "stacks",
    "standins", "toolchain",
)  # fmt: skip
_LIMIT_SECONDS = 420.0


@dataclass(frozen=True)
class Ran:
    """How a command ended: exit code, everything it printed, and how long it took."""

    code: int
    output: str
    seconds: float


class Project:
    """Runs plain `pulumi` commands, as a user would, without touching a user's own stacks."""

    def __init__(self, folder: Path, workers: int) -> None:
        self.folder = folder
        self.stack = f"live-{secrets.token_hex(3)}"
        self.name = f"slipway-{self.stack}"
        self.port, self.registry_port = free_port(), free_port()
        self._copy()
        self.settings = self._settings(workers)
        self.save_settings()
        self.environment = self._environment()

    # What a user types.

    def pulumi(self, *arguments: str, check: bool = True, **more: str) -> Ran:
        """`pulumi ARGUMENTS`, with more environment variables; a failure fails the test."""
        return self.run("pulumi", *arguments, check=check, **more)

    def up(self, *arguments: str, check: bool = True, **more: str) -> Ran:
        """`pulumi up` without questions."""
        return self.pulumi("up", "--yes", "--skip-preview", *arguments, check=check, **more)

    def command(self, name: str, *arguments: str, check: bool = True, **more: str) -> Ran:
        """What `make NAME STACK=…` runs once the checkout is set up."""
        words = (sys.executable, "-m", "commands", name, "--stack", self.stack, *arguments)
        return self.run(*words, check=check, **more)

    def kubectl(self, *arguments: str, check: bool = True) -> str:
        """What `kubectl` prints about the project's cluster."""
        return self.run("kubectl", "--context", f"kind-{self.name}", *arguments, check=check).output

    def objects(self, *arguments: str) -> list[dict[str, Any]]:
        """The items of a `kubectl get` in the project's namespace."""
        text = self.kubectl("get", f"--namespace={self.name}", "--output=json", *arguments)
        return json.loads(text)["items"]

    def run(self, *words: str, check: bool = True, **more: str) -> Ran:
        """Any command, in the project's folder and environment."""
        started = time.monotonic()
        done = subprocess.run(
            words,
            cwd=self.folder,
            env={**self.environment, **more},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_LIMIT_SECONDS,
            check=False,
        )
        ran = Ran(done.returncode, done.stdout, time.monotonic() - started)
        if check and ran.code != 0:
            shown = " ".join(words)
            raise AssertionError(f"`{shown}` ended with {ran.code}:\n{ran.output}")
        return ran

    def start(self, *words: str, log: Path) -> subprocess.Popen[bytes]:
        """Start a command in a process group of its own; its output goes to `log`."""
        with log.open("wb") as output:
            return subprocess.Popen(
                words,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def clone(self, folder: Path) -> Self:
        """The same stack from a second checkout, with the same backend."""
        left_out = shutil.ignore_patterns(".home", ".slipway")
        shutil.copytree(self.folder, folder, symlinks=True, ignore=left_out)
        twin = copy.copy(self)
        twin.folder = folder
        return twin

    # What is there.

    @property
    def url(self) -> str:
        """The stack's address on this machine."""
        return f"http://localhost:{self.port}"

    def state(self) -> dict[str, Any]:
        """The stack's exported state."""
        return json.loads(self.pulumi("stack", "export").output)

    def remains(self) -> list[str]:
        """What the engine holds under the project's name."""
        return engine_contents(self.name) + engine_contents(f"localhost:{self.registry_port}/")

    def remove(self) -> None:
        """Remove everything, with and, if that fails, without Pulumi."""
        ran = self.command("down", check=False)
        if ran.code != 0 or self.remains():
            self.run("kind", "delete", "cluster", "--name", self.name, check=False)
            for kind, force in (
                ("container", ("--force", "--volumes")), ("network", ()), ("volume", ("--force",)),
            ):  # fmt: skip
                for name in docker_lines(kind, "ls", "--quiet", "--filter", f"name={self.name}"):
                    self.run("docker", kind, "rm", *force, name, check=False)
        self.forget_images()
        shutil.rmtree(self.folder, ignore_errors=True)

    def forget_images(self) -> None:
        """Remove from the engine what a test pushed, and what went to a registry that is gone."""
        form = "{{.Repository}}\t{{.Tag}}\t{{.Digest}}"
        images = [
            line.split("\t") for line in docker_lines("image", "ls", "--digests", "--format", form)
        ]
        mine = {
            place
            for place, tag, _ in images
            if tag == self.stack or place.startswith(f"localhost:{self.registry_port}/")
        }
        for place, tag, digest in images:
            if place in mine:
                name = f"{place}:{tag}" if tag != "<none>" else f"{place}@{digest}"
                self.run("docker", "image", "rm", name, check=False)

    # How it is made.

    def save_settings(self) -> None:
        """Write the stack file from `settings`, keeping what Pulumi added."""
        file = self.folder / "stacks" / f"Pulumi.{self.stack}.yaml"
        kept = yaml.safe_load(file.read_text()) if file.exists() else {}
        file.write_text(yaml.safe_dump({**kept, "config": self.settings}))

    def _copy(self) -> None:
        ignored = shutil.ignore_patterns("__pycache__")
        for part in _PARTS:
            source, copy = CHECKOUT / part, self.folder / part
            if source.is_dir():
                shutil.copytree(source, copy, ignore=ignored)
            else:
                shutil.copy(source, copy)
        (self.folder / ".venv").symlink_to(CHECKOUT / ".venv")

    def _settings(self, workers: int) -> dict[str, Any]:
        file = CHECKOUT / "stacks" / "Pulumi.kind.yaml"
        settings: dict[str, Any] = yaml.safe_load(file.read_text())["config"]
        target = settings["slipway:target"]
        target["port"] = self.port
        target["registry"] = {"port": self.registry_port}
        target["cluster"]["workers"] = workers
        return settings

    def _environment(self) -> dict[str, str]:
        home, state = self.folder / ".home", self.folder / ".slipway" / "state"
        state.mkdir(parents=True)
        plugins = (sys.executable, "-m", "toolchain", "plugins", str(home))
        subprocess.run(plugins, cwd=CHECKOUT, check=True, capture_output=True)
        mine = {
            "PULUMI_HOME": str(home),
            "PULUMI_BACKEND_URL": f"file://{state}",
            "PULUMI_CONFIG_PASSPHRASE": secrets.token_hex(8),
            "KUBECONFIG": str(self.folder / ".kubeconfig"),
            "NO_COLOR": "1",
        }
        theirs = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")}
        return {**theirs, **mine}


def docker_lines(*arguments: str) -> list[str]:
    """The lines that `docker` prints."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def engine_contents(part: str = "") -> list[str]:
    """The containers, images, networks and volumes of the engine whose name holds `part`."""
    listings: Mapping[str, str] = {
        "container": "{{.Names}}",
        "image": "{{.Repository}}:{{.Tag}} {{.ID}}",
        "network": "{{.Name}}",
        "volume": "{{.Name}}",
    }
    return [
        f"{kind} {line}"
        for kind, form in listings.items()
        for line in docker_lines(
            kind, "ls", *(("--all",) if kind in ("container", "image") else ()), "--format", form
        )
        if part in line
    ]


def end_group(process: subprocess.Popen[bytes], number: signal.Signals) -> int:
    """Send a signal to a process started by `start` and all it started; its exit code."""
    os.killpg(process.pid, number)
    return process.wait(60)
