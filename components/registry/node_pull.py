"""A pull of an image by a node's containerd, with a line about its progress every few seconds."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from ..machine.pull import REPORT_SECONDS, SILENCE_SECONDS
from ..machine.runner import Runner
from .containerd_hosts import FOLDER

_TRANSFERRED = re.compile(r"elapsed:.*total:\s*([\d.]+ ?\w+)")
_PROGRESS = re.compile(r"[|├└]|elapsed:|^unpacking|(saved|done|complete|exists)$")


def pull_on_node(runner: Runner, node: str, reference: str) -> None:
    """Let a node pull an image.

    Raises CommandError when it cannot, or after 5 minutes without progress: containerd continues
    from there at the next pull.
    """
    ctr = ("ctr", "--namespace=k8s.io", "images", "pull", f"--hosts-dir={FOLDER}")
    progress = NodePullProgress(node, reference)
    runner.follow(
        *("docker", "exec", node, *ctr, reference), silence=SILENCE_SECONDS, take=progress.take
    )


@dataclass
class NodePullProgress:
    """What `ctr images pull` has shown, which repeats all of it ten times a second."""

    node: str
    image: str
    clock: Callable[[], float] = time.monotonic
    _reported: float | None = field(default=None, init=False)

    def take(self, line: str) -> bool:
        """Take a line, and print a report if it is time. Returns whether it shows progress."""
        shown = _TRANSFERRED.search(line)
        if self._reported is None:
            self._reported = self.clock()  # what is there within seconds needs no report
        if shown and self.clock() - self._reported >= REPORT_SECONDS:
            self._reported = self.clock()
            print(f"the node {self.node} pulls {self.image}: {shown[1]}B", flush=True)
        return bool(_PROGRESS.search(line))
