"""A machine whose vendors are served by this one: names, certificates, Docker, home and cache."""

import os
import socket
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.vendor.authority import trust
from tests.vendor.engine import ContextEngine
from tests.vendor.forward_proxy import ForwardProxy
from tests.vendor.namespace import Namespace
from tests.vendor.pins import Pins
from tests.vendor.shell import Ran, Shell
from tests.vendor.way_out import WayOut
from toolchain.places import cache_folder

CHECKOUT = Path(__file__).resolve().parents[2]
_CERTIFICATES = Path("/etc/ssl/certs")
# Where set-up looks for Go beside PATH.
_GO = Path("/usr/local/go")
_PROXY_PORT = 3128
# Settings of the user who runs the tests, which another machine would not have.
_FOREIGN = (
    "COMPOSE", "DOCKER_", "GO", "KUBE", "PULUMI_", "PYTEST_", "PYTHON", "SLIPWAY_", "UV_CACHE",
    "VIRTUAL_ENV", "XDG_",
)  # fmt: skip
_SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True)
class Vendors:
    """The vendors' names, the authority to trust, and the checksums of what they publish."""

    names: frozenset[str]
    certificate: Path
    pins: Pins
    proxy_places: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Where a forwarding proxy finds the names."""


class World(Shell):
    """A machine in namespaces, until the end of a `with`.

    Its Docker Engine is behind a Docker context, with no socket at the default place, no cache and
    no Go. Python packages come from the real index. With ``behind_proxy`` it knows no names: all
    goes through a forwarding proxy.
    """

    def __init__(self, folder: Path, vendors: Vendors, *, behind_proxy: bool = False) -> None:
        self.folder, self._vendors = folder, vendors
        home = folder / "home"
        home.mkdir(parents=True)
        self._ends = ExitStack()
        hosts = frozenset[str]() if behind_proxy else vendors.names
        namespace = Namespace(_mounts(folder, hosts, vendors.certificate))
        self._ends.callback(namespace.end)
        super().__init__(namespace, home, _environment(folder, home))
        self.proxy: ForwardProxy | None = None
        self.way_out: WayOut | None = None
        if behind_proxy:
            listener = self.namespace.listen("127.0.0.1", _PROXY_PORT)
            self.proxy = ForwardProxy(listener, vendors.proxy_places)
            self._ends.enter_context(self.proxy)
            for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
                self.environment[name] = self.proxy.url
        else:
            self.way_out = self._ends.enter_context(WayOut(self.namespace))
        self.engine = ContextEngine(self, folder / "engine")
        self._ends.callback(self.engine.end)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.close()

    def listen(self, port: int) -> socket.socket:
        """Return a listening socket of the machine, for this process to serve."""
        return self.namespace.listen("127.0.0.1", port)

    def clone(self, name: str) -> Path:
        """Return a fresh clone of what is committed in this checkout.

        Where it has checksums, they are those of these vendors, as `make lock` writes them.
        """
        folder = self.folder / name
        subprocess.run(["git", "clone", "--quiet", CHECKOUT, folder], check=True)
        self._vendors.pins.write(folder)
        git = ("git", "-C", folder, "-c", "user.name=Test", "-c", "user.email=test@example.com")
        subprocess.run(
            [*git, "commit", "--quiet", "--all", "--allow-empty", "--message=Lock"], check=True
        )
        return folder

    def set_up(self, checkout: Path, *, check: bool = True, **variables: str) -> Ran:
        """Run `make setup` in a clone, with other variables of make or of the environment."""
        given = (f"{name}={value}" for name, value in variables.items())
        return self.run("env", *given, "make", "setup", folder=checkout, check=check)


def _environment(folder: Path, home: Path) -> dict[str, str]:
    """Return this process's variables, but those that another machine would not have."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(_FOREIGN) and not name.lower().endswith("_proxy")
    }
    return kept | {
        "HOME": str(home),
        "PATH": _SYSTEM_PATH,
        "SLIPWAY_CACHE": str(folder / "cache"),
        # Packages are downloaded once for all caches of a test.
        "UV_CACHE_DIR": str(folder / "uv"),
        "DOCKER_CONFIG": str(home / ".docker"),
        "NO_COLOR": "1",
    }


def _mounts(folder: Path, hosts: frozenset[str], certificate: Path) -> str:
    """Write the files that differ from this machine's; return the script that mounts them."""
    trusted = folder / "certificates"
    trust(certificate, _CERTIFICATES, trusted)
    names = folder / "hosts"
    lines = [Path("/etc/hosts").read_text(encoding="utf-8"), *(f"127.0.0.1 {h}" for h in hosts)]
    names.write_text("\n".join(lines) + "\n", encoding="utf-8")
    resolver = folder / "resolv.conf"
    resolver.write_text("nameserver 127.0.0.1\n", encoding="utf-8")
    nothing = folder / "nothing"
    nothing.mkdir()
    binds = [
        (trusted, _CERTIFICATES),
        (names, Path("/etc/hosts")),
        (resolver, Path("/etc/resolv.conf")),
        *((nothing, hidden) for hidden in (cache_folder(), _GO) if hidden.exists()),
    ]
    return "\n".join(
        # The default place of Docker's socket is below /run.
        ["mount -t tmpfs tmpfs /run", *(f"mount --bind {place} {over}" for place, over in binds)]
    )
