"""Plugin processes that outlived the Pulumi that started them."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

from commands.checkout import Checkout


def end_orphans(checkout: Checkout) -> None:
    """End plugins of this checkout whose Pulumi is gone; Linux only, as others have no /proc."""
    home = os.environ.get("PULUMI_HOME") or str(checkout.root / ".slipway" / "pulumi")
    for pid, parent in _mine():
        words = _words(pid)
        is_plugin = words[0].startswith(f"{home}/plugins/") or (
            words[0].startswith(f"{checkout.programs}/")
            and any(word.startswith("toolchain.standins.") for word in words)
        )
        if is_plugin and not Path(_words(parent)[0]).name.startswith("pulumi"):
            print(f"ending a plugin process ({pid}) of an earlier run", flush=True)
            os.kill(pid, signal.SIGTERM)


def _mine() -> Iterator[tuple[int, int]]:
    """The processes of this user, each with its parent."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
            mine = entry.stat().st_uid == os.getuid()
        except OSError:
            continue  # it has just ended
        if mine:
            yield int(entry.name), int(fields[1])


def _words(pid: int) -> list[str]:
    """Its command line; one empty word where there is none."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    except (OSError, UnicodeDecodeError):
        return [""]
