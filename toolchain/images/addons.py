"""Images of what the tests add to a cluster; a set-up makes none of them.

kube-router enforces network policies: kind's own node image brings kindnet along, which enforces
them itself, and the one made here does not.  metrics-server measures what an autoscaler looks at.
"""

from pathlib import Path

from toolchain.images.archive import Entry, Image, write_archive, write_layer
from toolchain.images.controllers import CONTROLLERS
from toolchain.images.debian import bootstrap
from toolchain.images.recipe import Recipe, Workshop, sources

# kube-router calls these; both are written to the node's own kernel.
_PACKAGES = ("iptables", "ipset", "iproute2", "kmod", "libc6")
_PATH = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]


def _policy(shop: Workshop, destination: Path) -> None:
    base = shop.scratch / "base.tar"
    bootstrap(shop.runner, base, _PACKAGES, variant="extract")
    own = shop.scratch / "own.tar"
    write_layer(
        own,
        [
            # What update-alternatives would have made, which does not run when unpacking.
            *(
                Entry(f"usr/sbin/{family}tables{action}", link="xtables-nft-multi")
                for family in ("ip", "ip6")
                for action in ("", "-save", "-restore")
            ),
            Entry("usr/local/bin/kube-router", shop.programs["kube-router"], mode=0o755),
        ],
    )
    settings = {"Env": _PATH, "Entrypoint": ["/usr/local/bin/kube-router"]}
    image = Image(POLICY.reference, (base, own), settings)
    write_archive(destination, [image], shop.architecture)


def _metrics(shop: Workshop, destination: Path) -> None:
    layer = shop.scratch / "layer.tar"
    program = Entry("metrics-server", shop.programs["metrics-server"], mode=0o755)
    write_layer(layer, [program])
    image = Image(METRICS.reference, (layer,), {"Entrypoint": ["/metrics-server"]})
    write_archive(destination, [image], shop.architecture)


POLICY = Recipe(
    reference="docker.io/slipway/kube-router:1.6.1",
    programs=("kube-router",),
    sources=sources(__file__),
    make=_policy,
)
METRICS = Recipe(
    reference="docker.io/slipway/metrics-server:0.8.0",
    programs=("metrics-server",),
    sources=sources(__file__),
    make=_metrics,
)
ADDONS = {
    "kube-router": POLICY,
    "metrics-server": METRICS,
    **CONTROLLERS,
}
"""The images by the name under which a test asks for them."""
