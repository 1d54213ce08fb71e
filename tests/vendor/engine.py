"""A Docker Engine in a namespace, whose socket only a Docker context names."""

import shutil
import subprocess
import time
from pathlib import Path

from tests.vendor.shell import Shell
from toolchain.engine.daemon import runtime_flags
from toolchain.engine.machine import Machine

_START_SECONDS = 60.0
_END_SECONDS = 30.0


class ContextEngine:
    """An engine that runs until ``end``; ``folder`` is made for all that it has."""

    def __init__(self, shell: Shell, folder: Path) -> None:
        folder.mkdir()
        self.address = f"unix://{folder}/docker.sock"
        self._shell, self._data, self._log = shell, folder / "data", folder / "dockerd.log"
        words = [
            "setpriv", "--pdeathsig=TERM", "dockerd", "--host", self.address,
            "--data-root", str(self._data), "--exec-root", str(folder / "exec"),
            "--pidfile", str(folder / "docker.pid"), *runtime_flags(Machine(), folder),
        ]  # fmt: skip
        with self._log.open("wb") as output:
            self._daemon = subprocess.Popen(
                shell.namespace.command(words),
                env=shell.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            self._use()
        except BaseException:
            self.end()
            raise

    def _use(self) -> None:
        """Make the context, and wait until the engine answers in it."""
        docker, host = self._shell.run, f"host={self.address}"
        docker("docker", "context", "create", "vendor", "--docker", host)
        docker("docker", "context", "use", "vendor")
        end = time.monotonic() + _START_SECONDS
        while docker("docker", "version", check=False).code != 0:
            if self._daemon.poll() is not None or time.monotonic() > end:
                raise RuntimeError(self._log.read_text(encoding="utf-8", errors="replace"))
            time.sleep(0.3)

    def end(self) -> None:
        """Remove the containers, stop the engine and remove its images."""
        names = self._shell.run("docker", "ps", "--all", "--quiet", check=False)
        if names.code == 0 and names.output:
            remove = ("docker", "rm", "--force", "--volumes", *names.output.split())
            self._shell.run(*remove, check=False)
        self._daemon.terminate()
        self._daemon.wait(_END_SECONDS)
        shutil.rmtree(self._data, ignore_errors=True)
