"""The `minikube` of a checkout on a machine without an image registry."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.unit.toolchain import samples
from toolchain.images import minikube_node
from toolchain.places import Checkout
from toolchain.setup import minikube_wrapper as minikube

_SHOWS = """\
echo "arguments=$*"
env | grep ^MINIKUBE_ | sort
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    checkout = samples.checkout(tmp_path / "check out")
    program = samples.program(tmp_path / "tools", "minikube", _SHOWS)
    kubernetes = samples.program(tmp_path / "tools", "kubernetes", "")
    kubectl = samples.program(tmp_path / "tools", "kubectl", "")
    minikube.write(checkout, samples.LINUX, program, kubernetes, kubectl)
    return checkout


def _run(checkout: Checkout, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout.venv / "bin" / "minikube", *words],
        env={"PATH": os.defpath, "HOME": str(checkout.root), **variables},
        capture_output=True,
        text=True,
        check=False,
    )


def test_minikube_gets_what_was_made_here(checkout: Checkout) -> None:
    output = _run(checkout, "start", "--nodes=1").stdout

    assert "arguments=start --cache-images=false --nodes=1" in output
    assert "MINIKUBE_BASE_IMAGE=slipway/minikube-node:v1.35.4" in output
    assert "MINIKUBE_KUBERNETES_VERSION=v1.35.4" in output
    assert "MINIKUBE_INSTALL_ADDONS=false" in output and "MINIKUBE_PRELOAD=false" in output


def test_the_pods_network_is_a_manifest_with_minikubes_addresses(checkout: Checkout) -> None:
    output = _run(checkout, "status").stdout

    (line,) = [line for line in output.splitlines() if line.startswith("MINIKUBE_CNI=")]
    manifests = list(yaml.safe_load_all(Path(line.partition("=")[2]).read_text()))
    (container,) = manifests[-1]["spec"]["template"]["spec"]["containers"]
    env = {one["name"]: one.get("value") for one in container["env"]}
    assert env["POD_SUBNET"] == "10.244.0.0/16"
    assert env["CONTROL_PLANE_ENDPOINT"] == "control-plane.minikube.internal:8443"
    program = Path(__file__).parents[4] / "toolchain" / "go" / "pod-network" / "main.go"
    assert set(re.findall(r'os\.Getenv\("(\w+)"\)', program.read_text())) == set(env)
    assert "{{" not in minikube_node.pod_network()


@pytest.mark.parametrize("home", ["set", "set to .minikube itself", "not set"])
def test_the_programs_of_kubernetes_are_where_minikube_looks(
    checkout: Checkout, tmp_path: Path, home: str
) -> None:
    given = {
        "set": {"MINIKUBE_HOME": str(tmp_path / "h")},
        "set to .minikube itself": {"MINIKUBE_HOME": str(tmp_path / "h" / ".minikube")},
        "not set": {},
    }[home]
    folder = (tmp_path / "h" if given else checkout.root) / ".minikube" / "cache"

    _run(checkout, "start", **given)

    programs = folder / "linux" / "amd64" / "v1.35.4"
    there = {path.name: path.resolve().name for path in programs.iterdir()}
    assert there == {"kubelet": "kubernetes", "kubeadm": "kubernetes", "kubectl": "kubectl"}


def test_what_the_user_set_wins(checkout: Checkout) -> None:
    output = _run(checkout, "start", MINIKUBE_BASE_IMAGE="theirs:1").stdout

    assert "MINIKUBE_BASE_IMAGE=theirs:1" in output


def test_several_control_planes_are_refused_with_the_image_that_they_lack(
    checkout: Checkout,
) -> None:
    ran = _run(checkout, "start", "--nodes=3", "--ha")

    assert ran.returncode != 0 and "kube-vip" in ran.stderr
    assert "arguments" not in ran.stdout
