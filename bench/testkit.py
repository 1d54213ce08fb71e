"""What each tier of `slipway.testing` finds, and how long it takes, beside a real API server.

`make bench-testkit` writes the table into docs/testing.md.
"""

import os
import sys
from pathlib import Path

from bench.page import write_between
from components.testing.api_server import ApiServer
from tests.api_server.measured import ByHand, Drawn, Valid, by_hand, drawn, valid
from tests.live.project import CHECKOUT
from toolchain.places import Checkout
from toolchain.setup.assets import provide_assets

_PAGE = CHECKOUT / "docs" / "testing.md"


def main() -> int:
    """Measure, print what is written into the document, and return 0."""
    os.environ.setdefault("KUBEBUILDER_ASSETS", str(provide_assets(Checkout(CHECKOUT))))
    with ApiServer() as server:
        hand, faults, programs = by_hand(server), drawn(server), valid(server)
        text = table(hand, faults, programs, server.seconds, memory(server.processes))
    write_between(_PAGE, "make bench-testkit", text)
    sys.stdout.write(f"{text}\n")
    return 0


def table(hand: ByHand, faults: Drawn, programs: Valid, seconds: float, mebibytes: float) -> str:
    """Return the measurements as Markdown."""
    rows = [
        ("Tier", "Faults written by hand", "Faults drawn from OpenAPI"),
        ("---", "---", "---"),
        (
            "published schemas",
            f"{hand.schemas} of {hand.count}",
            f"{faults.schemas} of {faults.count}",
        ),
        (
            "`check` and `deploy`",
            f"{hand.kit} of {hand.count}",
            f"{faults.kit} of {faults.count}",
        ),
        (
            "`api_server`",
            f"{hand.refused} of {hand.count}",
            f"{faults.count} of {faults.count}",
        ),
    ]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    said = (
        f"{programs.count} valid programs with {programs.objects:,} different objects: "
        f"{len(programs.found)} findings of the kit, {len(programs.refused)} refusals of the API "
        f"server. The kit takes {programs.milliseconds:.2f} ms for an object; the API server is "
        f"ready after {seconds:.1f} s, and has {mebibytes:.0f} MiB of memory with etcd."
    )
    return "\n".join([*lines, "", said])


def memory(processes: tuple[int, ...]) -> float:
    """Return the memory of processes in MiB."""
    pages = [int(Path(f"/proc/{each}/statm").read_text("ascii").split()[1]) for each in processes]
    return sum(pages) * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    sys.exit(main())
