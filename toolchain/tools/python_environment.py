"""The project's Python environment: .venv, exactly as requirements.lock says."""

import hashlib
import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path

from toolchain.cache import Cache, remove
from toolchain.engine import packages
from toolchain.lock import Lock, Range
from toolchain.places import Checkout
from toolchain.runner import Runner
from toolchain.tools.found import accepted_command, ask_version, search_path

_PYTHON = Range("3.11", "4")
_UV_REQUIREMENTS = "uv.txt"
_OFFLINE = "check that the Python package index answers, then run `make setup` again"
_INDEX_FROM_PIP = {"PIP_INDEX_URL": "UV_DEFAULT_INDEX", "PIP_EXTRA_INDEX_URL": "UV_INDEX"}


class PythonEnvironment:
    """Makes .venv with uv, which is taken from PATH or installed into the cache."""

    def __init__(
        self,
        checkout: Checkout,
        lock: Lock,
        cache: Cache,
        runner: Runner,
        say: Callable[[str], None],
    ) -> None:
        self._checkout = checkout
        self._lock = lock
        self._cache = cache
        self._runner = runner
        self._say = say

    @property
    def is_current(self) -> bool:
        """Return whether .venv matches the lock, for this Python and in this place."""
        try:
            stamped = self._stamp.read_text(encoding="utf-8")
        except FileNotFoundError:
            return False
        return stamped == self._key() and self._checkout.python.exists()

    def ensure(self) -> None:
        """Make .venv or bring it in line with requirements.lock. Raises ToolchainError."""
        with self._cache.lock(f"venv-{_digest(str(self._checkout.root))}", self._say):
            if self.is_current:
                return
            uv = self.uv()
            if not self._is_usable:
                remove(self._checkout.venv)
                self._uv(uv, "venv", "--python", self._base(), self._checkout.venv)
            self._stamp.unlink(missing_ok=True)
            self._uv(
                uv, "pip", "sync", "--require-hashes", "--python", self._checkout.python,
                self._checkout.requirements,
            )  # fmt: skip
            self._stamp.write_text(self._key(), encoding="utf-8")

    def uv(self) -> Path:
        """Return uv from PATH at an accepted version, or one installed into the cache."""
        path = search_path(self._checkout, self._cache.folder)
        if found := accepted_command("uv", ["--version"], self._lock.uv, path):
            return found
        requirements = self._lock.folder / "tools" / _UV_REQUIREMENTS
        name = f"uv-{_digest(requirements.read_text(encoding='utf-8') + self._base())}"
        return (
            self._cache.entry(
                f"tools/{name}", lambda folder: self._install_uv(folder, requirements), self._say
            )
            / "bin"
            / "uv"
        )

    def install(self, requirements: Path, folder: Path) -> None:
        """Install pinned and hashed packages into a folder of their own."""
        self._uv(
            self.uv(), "pip", "install", "--require-hashes", "--no-deps",
            "--python", self._base(), "--target", folder, "--requirement", requirements,
        )  # fmt: skip

    def _install_uv(self, folder: Path, requirements: Path) -> None:
        if importlib.util.find_spec("ensurepip") is None:
            packages.ensure(self._runner, self._say, ["python3-venv"])
        purpose = "while installing uv, which makes the Python environment"
        self._runner.run([self._base(), "-m", "venv", folder], purpose=purpose)
        self._runner.run(
            [
                folder / "bin" / "python", "-m", "pip", "install", "--quiet",
                "--disable-pip-version-check", "--require-hashes", "--requirement", requirements,
            ],
            purpose=purpose,
            fix=_OFFLINE,
        )  # fmt: skip

    def _uv(self, uv: Path, *arguments: str | Path) -> None:
        # uv reads no pip settings; a company's own index is often named there.
        named = {
            uv_name: os.environ[pip_name]
            for pip_name, uv_name in _INDEX_FROM_PIP.items()
            if pip_name in os.environ and uv_name not in os.environ
        }
        if "SLIPWAY_CACHE" in os.environ and "UV_CACHE_DIR" not in os.environ:
            # Otherwise uv writes into the home, which may be full or read-only.
            named["UV_CACHE_DIR"] = str(self._cache.folder / "uv")
        self._runner.run(
            [uv, *arguments],
            purpose="while making the Python environment",
            fix=_OFFLINE,
            environment={"VIRTUAL_ENV": "", **named},
        )

    @property
    def _stamp(self) -> Path:
        return self._checkout.venv / ".slipway-in-step"

    @property
    def _is_usable(self) -> bool:
        """Return whether .venv has a Python that is new enough and was made for this place.

        Its scripts contain their folder, so a checkout that was moved needs a new one.
        """
        activate = self._checkout.venv / "bin" / "activate"
        if not (self._checkout.python.exists() and activate.is_file()):
            return False
        version = ask_version([str(self._checkout.python), "--version"])
        return (
            version is not None
            and version in _PYTHON
            and str(self._checkout.venv) in activate.read_text(encoding="utf-8")
        )

    def _key(self) -> str:
        parts = (
            _digest(self._checkout.requirements.read_text(encoding="utf-8")),
            os.path.realpath(self._checkout.python),
            str(self._checkout.root),
        )
        return "\n".join(parts)

    def _base(self) -> str:
        """Return the Python that set-up was started with, also when it runs inside .venv."""
        return os.path.realpath(getattr(sys, "_base_executable", sys.executable))


def is_active(checkout: Checkout) -> bool:
    """Return whether this process runs in the project's Python environment."""
    return Path(sys.prefix) == checkout.venv


def restart_inside(checkout: Checkout) -> None:
    """Continue in the project's Python environment, which has what the rest needs."""
    os.chdir(checkout.root)
    os.execv(checkout.python, [str(checkout.python), *sys.orig_argv[1:]])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
