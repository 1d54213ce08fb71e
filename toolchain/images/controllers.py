"""Images of controllers that apply a Git repository, for the tests of GitOps.

Flux's source-controller and kustomize-controller, and Argo CD: its application controller and its
repo-server, which runs Git and kustomize and keeps what it made in Redis.
"""

from pathlib import Path

from toolchain.images.archive import Entry, Image, write_archive, write_layer
from toolchain.images.debian import bootstrap
from toolchain.images.recipe import Recipe, Workshop, sources

_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_ARGO_CD = "docker.io/slipway/argo-cd:3.2.11"
_REDIS = "docker.io/slipway/debian-redis:bookworm"


def _flux(name: str, version: str) -> Recipe:
    """Return the recipe of a controller of Flux, whose program is all that it needs."""
    reference = f"docker.io/slipway/{name}:{version}"

    def make(shop: Workshop, destination: Path) -> None:
        layer = shop.scratch / "layer.tar"
        write_layer(layer, [Entry(name, shop.programs[name], mode=0o755)])
        # As in the published image: a user by number, as the pods must not run as root.
        settings = {"Entrypoint": [f"/{name}"], "User": "65534:65534"}
        write_archive(destination, [Image(reference, (layer,), settings)], shop.architecture)

    return Recipe(reference=reference, programs=(name,), sources=sources(__file__), make=make)


def _argo_cd(shop: Workshop, destination: Path) -> None:
    base = shop.scratch / "base.tar"
    bootstrap(shop.runner, base, ("git", "ca-certificates"), variant="extract")
    own = shop.scratch / "own.tar"
    write_layer(
        own,
        [
            Entry("usr/local/bin/argocd", shop.programs["argo-cd"], mode=0o755),
            # The program is what it is called as.
            *(
                Entry(f"usr/local/bin/argocd-{name}", link="argocd")
                for name in ("application-controller", "repo-server", "git-ask-pass")
            ),
            Entry("usr/local/bin/kustomize", shop.programs["kustomize"], mode=0o755),
        ],
    )
    # Signatures of commits are not checked: that would need GnuPG.
    settings = {"Env": [_PATH, "HOME=/tmp", "ARGOCD_GPG_ENABLED=false"], "User": "999:999"}
    write_archive(destination, [Image(_ARGO_CD, (base, own), settings)], shop.architecture)


def _redis(shop: Workshop, destination: Path) -> None:
    layer = shop.scratch / "layer.tar"
    bootstrap(shop.runner, layer, ("redis-server",), variant="extract")
    settings = {"Env": [_PATH], "Entrypoint": ["/usr/bin/redis-server"], "User": "999:999"}
    write_archive(destination, [Image(_REDIS, (layer,), settings)], shop.architecture)


CONTROLLERS = {
    "source-controller": _flux("source-controller", "1.7.0"),
    "kustomize-controller": _flux("kustomize-controller", "1.6.0"),
    "argo-cd": Recipe(
        reference=_ARGO_CD,
        programs=("argo-cd", "kustomize"),
        sources=sources(__file__),
        make=_argo_cd,
    ),
    "redis": Recipe(reference=_REDIS, programs=(), sources=sources(__file__), make=_redis),
}
"""The images by the name under which a test asks for them."""
