"""The image of a minikube node, made from that of a kind node.

minikube's own (kicbase) is the model of what minikube expects; see minikube_node/provision.sh.
"""

import json
from pathlib import Path

from toolchain.images import node
from toolchain.images.recipe import HERE, Recipe, Workshop, sources
from toolchain.runner import Output

REFERENCE = f"docker.io/slipway/minikube-node:{node.KUBERNETES}"

_PROVISION = HERE / "minikube_node" / "provision.sh"
_ENTRYPOINT = ["/usr/local/bin/entrypoint", "/sbin/init"]
_POD_SUBNET = "10.244.0.0/16"
"""Range of pod addresses in every minikube cluster."""

_ENDPOINT = """\
            - name: CONTROL_PLANE_ENDPOINT
              value: control-plane.minikube.internal:8443"""
"""Address of the API server in a minikube cluster, until the pods' network works."""


def pod_network() -> str:
    """Return the manifest of the pods' network: that of the kind node, with its values filled in.

    kind fills in the range and adds the variable itself.
    """
    text = (HERE / "node" / "default-cni.yaml").read_text(encoding="utf-8")
    return text.replace("{{ .PodSubnet }}", f"{_POD_SUBNET}\n{_ENDPOINT}")


def _make(shop: Workshop, destination: Path) -> None:
    # The host's network, for the Debian mirror: a container's own may not reach it.
    started = _docker(
        shop, "run", "--detach", "--network=host", "--entrypoint=sleep", node.REFERENCE, "infinity"
    )
    container = started.text.split()[-1]
    try:
        shop.runner.run(
            [
                *(shop.docker, "exec", "--interactive", container),
                *("bash", "-s", node.KUBERNETES),
            ],
            stdin=_PROVISION.read_bytes(),
            purpose="while making a minikube node of a kind node",
            fix="check that a Debian mirror answers (SLIPWAY_DEBIAN_MIRROR names another one), "
            "then run the same command again",
        )
        _docker(shop, "cp", shop.programs["crictl"], f"{container}:/usr/local/bin/crictl")
        changes = [
            f"ENTRYPOINT {json.dumps(_ENTRYPOINT)}",
            "CMD []",
            f"LABEL {shop.label[0]}={shop.label[1]}",
        ]
        flags = [word for change in changes for word in ("--change", change)]
        _docker(shop, "commit", *flags, container, REFERENCE)
    finally:
        _docker(shop, "rm", "--force", "--volumes", container)
    _docker(shop, "save", "--output", destination, REFERENCE)


def _docker(shop: Workshop, *arguments: str | Path) -> Output:
    purpose = "while making the minikube node image"
    return shop.runner.run([shop.docker, *arguments], purpose=purpose)


RECIPE = Recipe(
    reference=REFERENCE,
    programs=(*node.RECIPE.programs, "crictl"),
    sources=(*node.RECIPE.sources, *sources(__file__, _PROVISION.parent)),
    make=_make,
    base=node.RECIPE,
    product="minikube",
)
