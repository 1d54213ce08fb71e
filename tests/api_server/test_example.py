"""The example with tests of its own, beside a real API server."""

import os
import subprocess
import sys

from tests.live.project import CHECKOUT


def test_all_tests_of_the_example_pass_and_none_is_left_out() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "slipway.testing.plugin", "-rA", "--color=no"],
        cwd=CHECKOUT / "examples" / "with-tests",
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "PASSED test_against_api_server.py::test_a_cluster_accepts_the_shop" in done.stdout
    assert "skipped" not in done.stdout
