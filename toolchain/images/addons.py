"""Images of what the tests add to a cluster; a set-up makes none of them.

source-controller and kustomize-controller are the parts of Flux that apply a Git repository.
kube-router enforces network policies: kind's own node image brings kindnet along, which enforces
them itself, and the one made here does not.  metrics-server measures what an autoscaler looks at.
"""

from pathlib import Path

from toolchain.images.archive import Entry, Image, write_archive, write_layer
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


def _controller(name: str, version: str) -> Recipe:
    """Return the recipe of a controller of Flux, whose program is all that it needs."""
    reference = f"docker.io/slipway/{name}:{version}"

    def make(shop: Workshop, destination: Path) -> None:
        layer = shop.scratch / "layer.tar"
        write_layer(layer, [Entry(name, shop.programs[name], mode=0o755)])
        # As in the published image: a user by number, as the pods must not run as root.
        settings = {"Entrypoint": [f"/{name}"], "User": "65534:65534"}
        write_archive(destination, [Image(reference, (layer,), settings)], shop.architecture)

    return Recipe(reference=reference, programs=(name,), sources=sources(__file__), make=make)


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
    "source-controller": _controller("source-controller", "1.7.0"),
    "kustomize-controller": _controller("kustomize-controller", "1.6.0"),
}
"""The images by the name under which a test asks for them."""
