"""Checks of this machine: free ports and disk space."""

import shutil
import socket
import subprocess
from pathlib import Path

from toolchain.doctor.finding import Finding
from toolchain.places import Checkout, cache_folder

_PORTS = {8080: "the application", 5001: "the local registry"}
_GIB = 1 << 30
# A cluster of three nodes with its images takes about this much.
_WARN_GIB, _FAIL_GIB = 10, 3
_ANSWER_SECONDS = 1.5
_CONNECT_SECONDS = 0.3
_LISTENING = "0A"
_LOOPBACKS = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


def ports(_checkout: Checkout) -> list[Finding]:
    """Check that the ports that a new stack tries first are free; name who uses them."""
    findings: list[Finding] = []
    for port, use in _PORTS.items():
        if not is_taken(port):
            findings.append(Finding("ok", f"port {port}", f"free, for {use}"))
        elif container := _container(port):
            detail = f"used by the container {container}; a new stack takes the next free one"
            findings.append(Finding("ok", f"port {port}", detail))
        else:
            detail = f"used by {_process(port)}; a new stack takes the next free one for {use}"
            findings.append(Finding("warn", f"port {port}", detail, f"ss -ltnp 'sport = :{port}'"))
    return findings


def disk(_checkout: Checkout) -> list[Finding]:
    """Check that the disk of the cache has space for a cluster."""
    folder = cache_folder()
    existing = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(existing).free / _GIB
    detail = f"{free:.0f} GiB free at {folder}"
    if free >= _WARN_GIB:
        return [Finding("ok", "disk", detail)]
    level = "fail" if free < _FAIL_GIB else "warn"
    return [Finding(level, "disk", detail, "free some space: docker system df; docker image prune")]


def is_taken(port: int) -> bool:
    """Return whether a program listens on a port of 127.0.0.1 or ::1."""
    return any(_answers(family, host, port) for family, host in _LOOPBACKS)


def _answers(family: socket.AddressFamily, host: str, port: int) -> bool:
    try:
        with socket.socket(family) as client:
            client.settimeout(_CONNECT_SECONDS)
            return client.connect_ex((host, port)) == 0
    except OSError:
        return False  # no IPv6 here


def _container(port: int) -> str | None:
    try:
        done = subprocess.run(
            ["docker", "ps", "--filter", f"publish={port}", "--format", "{{.Names}}"],
            capture_output=True,
            text=True,
            timeout=_ANSWER_SECONDS,
            check=False,
            encoding="utf-8",
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip().partition("\n")[0] or None


def _process(port: int) -> str:
    """Return the program that listens on a port, if this user may see it (proc_net(5))."""
    sockets = {f"socket:[{inode}]" for inode in _inodes(port)}
    for links in Path("/proc").glob("[0-9]*/fd"):
        try:
            if any(str(link.readlink()) in sockets for link in links.iterdir()):
                name = (links.parent / "comm").read_text(encoding="utf-8").strip()
                return f"{name} (process {links.parent.name})"
        except OSError:  # another user's process, or one that ended meanwhile
            continue
    return "another program"


def _inodes(port: int) -> list[str]:
    inodes: list[str] = []
    for table in (Path("/proc/net/tcp"), Path("/proc/net/tcp6")):
        if table.exists():
            for line in table.read_text(encoding="utf-8").splitlines()[1:]:
                fields = line.split()
                if fields[3] == _LISTENING and fields[1].endswith(f":{port:04X}"):
                    inodes.append(fields[9])
    return inodes
