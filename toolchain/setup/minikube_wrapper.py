"""The `minikube` of a checkout on a machine that reaches no image registry.

It gives to minikube's own program what was made here: the node image, the programs of Kubernetes
and the pods' network.  All by variables and files that minikube reads anyway, so that no
caller, user or component, needs to know.
"""

import shlex
from pathlib import Path

from toolchain.images import minikube_node, node
from toolchain.places import Checkout, Platform
from toolchain.setup.files import write_executable

# A variable is set only where the user did not.  https://minikube.sigs.k8s.io/docs/handbook/config/
_TEXT = """\
#!/bin/sh
# Runs minikube with what was made on this machine; written by `make setup`.
export MINIKUBE_BASE_IMAGE="${{MINIKUBE_BASE_IMAGE-{image}}}"
export MINIKUBE_KUBERNETES_VERSION="${{MINIKUBE_KUBERNETES_VERSION-{version}}}"
network={network}
export MINIKUBE_CNI="${{MINIKUBE_CNI-$network}}"
# Nothing can be downloaded: no images, no addons that consist of some, no list of versions.
export MINIKUBE_PRELOAD=false MINIKUBE_CACHE_IMAGES=false MINIKUBE_INSTALL_ADDONS=false
export MINIKUBE_FORCE=true MINIKUBE_WANTUPDATENOTIFICATION=false
for word in "$@"; do
    case $word in --ha | --ha=true)
        echo "several control planes need the image of kube-vip, and this machine reaches no" \\
            "image registry" >&2
        exit 69
    esac
done
home=${{MINIKUBE_HOME:-$HOME}}
[ "${{home##*/}}" = .minikube ] || home=$home/.minikube
programs=$home/cache/{system}/{machine}/{version}
if [ "$1" = start ] || [ "$1" = node ]; then
    mkdir -p "$programs"
    ln -sf {kubernetes} "$programs/kubelet"
    ln -sf {kubernetes} "$programs/kubeadm"
    ln -sf {kubectl} "$programs/kubectl"
fi
# This one it reads from its own arguments only.
if [ "$1" = start ]; then
    shift
    set -- start --cache-images=false "$@"
fi
exec {minikube} "$@"
"""


def write(
    checkout: Checkout, platform: Platform, minikube: Path, kubernetes: Path, kubectl: Path
) -> Path:
    """Write the checkout's `minikube` and return its place.

    ``kubernetes`` is the program that is kubelet and kubeadm, by the name it is called with.
    """
    network = checkout.private / "minikube" / "pod-network.yaml"
    network.parent.mkdir(parents=True, exist_ok=True)
    network.write_text(minikube_node.pod_network(), encoding="utf-8")
    text = _TEXT.format(
        image=minikube_node.REFERENCE.removeprefix("docker.io/"),
        version=node.KUBERNETES,
        network=shlex.quote(str(network)),
        system=platform.system,
        machine=platform.machine,
        kubernetes=shlex.quote(str(kubernetes)),
        kubectl=shlex.quote(str(kubectl)),
        minikube=shlex.quote(str(minikube)),
    )
    return write_executable(checkout.venv / "bin" / "minikube", text)
