"""What a test adds to its cluster: the enforcement of network policies, and metrics."""

import subprocess
import sys
from pathlib import Path

from tests.live.project import CHECKOUT, Project
from tests.live.traffic import eventually

_MANIFESTS = Path(__file__).parent


def enforce_policies(project: Project) -> None:
    """Have network policies enforced; kind's own node image brings what does so along."""
    there = project.kubectl("get", "daemonsets", "--namespace=kube-system", "--output=name")
    if "daemonset.apps/kindnet" not in there:
        _add(project, "kube-router", "daemonset")


def serve_metrics(project: Project) -> None:
    """Have the use of CPU and memory measured, for autoscalers."""
    _add(project, "metrics-server", "deployment")
    # The API server keeps its connections: one made before kube-proxy knows the Service leaves the
    # machine's pod network, and whoever answers there is taken for the metrics server.
    where = ("--namespace=kube-system", "--output=jsonpath={.spec.clusterIP}")
    address = project.kubectl("get", "service/metrics-server", *where)
    ask = ("curl", "--insecure", "--silent", "--max-time", "2", f"https://{address}/readyz")
    node = ("docker", "exec", f"{project.name}-control-plane")
    eventually("it answers", lambda: project.run(*node, *ask, check=False).output == "ok")
    project.kubectl("apply", f"--filename={_MANIFESTS / 'metrics-api.yaml'}")
    available = ("--for=condition=Available", "--timeout=60s")
    project.kubectl("wait", "apiservice/v1beta1.metrics.k8s.io", *available)


def _add(project: Project, name: str, kind: str) -> None:
    """Make an image, if it is not in the cache, and run it; returns when it is ready."""
    make = [sys.executable, "-m", "toolchain", "image", name]
    done = subprocess.run(make, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True, check=True)
    archive = done.stdout.splitlines()[-1]
    project.run("kind", "load", "image-archive", archive, "--name", project.name)
    project.kubectl("apply", f"--filename={_MANIFESTS / name}.yaml")
    rollout = ("rollout", "status", f"{kind}/{name}", "--namespace=kube-system")
    project.kubectl(*rollout, "--timeout=120s")
