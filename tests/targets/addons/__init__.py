"""What a test adds to its cluster: the enforcement of network policies, and metrics."""

import subprocess
import sys
from pathlib import Path

from tests.live.project import CHECKOUT, Project

_MANIFESTS = Path(__file__).parent


def enforce_policies(project: Project) -> None:
    """Have network policies enforced; kind's own node image brings what does so along."""
    there = project.kubectl("get", "daemonsets", "--namespace=kube-system", "--output=name")
    if "daemonset.apps/kindnet" not in there:
        _add(project, "kube-router", "daemonset")


def serve_metrics(project: Project) -> None:
    """Have the use of CPU and memory measured, for autoscalers."""
    _add(project, "metrics-server", "deployment")


def _add(project: Project, name: str, kind: str) -> None:
    """Make an image, if it is not in the cache, and run it; returns when it is ready."""
    make = [sys.executable, "-m", "toolchain", "image", name]
    done = subprocess.run(make, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True)
    archive = done.stdout.splitlines()[-1]
    project.run("kind", "load", "image-archive", archive, "--name", project.name)
    project.kubectl("apply", f"--filename={_MANIFESTS / name}.yaml")
    rollout = ("rollout", "status", f"{kind}/{name}", "--namespace=kube-system")
    project.kubectl(*rollout, "--timeout=120s")
