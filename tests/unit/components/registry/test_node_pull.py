"""A pull by a node's containerd: what of its output is progress, and what is reported."""

import itertools

import pytest

from components.registry.node_pull import NodePullProgress

_FRAME = [
    "docker.io/library/web:1: resolved |+++++++++++++|",
    "layer-sha256:396c31837116: downloading |++++---------|  1.2 MiB/2.7 MiB",
    "elapsed: 2.3 s                total:  2.7 Mi (1.2 MiB/s)",
]
_TRANSFER = ["docker.io/library/web:1  saved", "├──layer (396c31837116) complete |+++|",
             "Pulling from OCI Registry  elapsed: 1.7 s  total:  3.5 Mi  (2.1 MiB/s)"]  # fmt: skip


def _taken(lines: list[str], seconds: int) -> list[bool]:
    """Take lines, between each two of which some seconds pass."""
    progress = NodePullProgress("worker", "web", clock=itertools.count(0, seconds).__next__)
    return [progress.take(line) for line in lines]


@pytest.mark.parametrize("frame", [_FRAME, _TRANSFER])
def test_the_amount_is_reported_every_few_seconds(
    frame: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert all(_taken(frame, seconds=10))
    (report,) = capsys.readouterr().out.splitlines()
    assert report.startswith("the node worker pulls web: ")
    assert report.endswith((" 2.7 MiB", " 3.5 MiB"))


def test_a_pull_that_takes_no_time_is_not_reported(capsys: pytest.CaptureFixture[str]) -> None:
    _taken(_FRAME * 10, seconds=0)
    assert capsys.readouterr().out == ""


def test_an_error_is_no_progress() -> None:
    assert _taken(["ctr: failed to resolve reference: x509: unknown authority"], 0) == [False]
