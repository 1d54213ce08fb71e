"""The image of a container registry, from Debian's package docker-registry.

It takes the place of the image that the Docker project publishes: the same port, volume,
configuration file and settings through REGISTRY_ variables
(https://distribution.github.io/distribution/about/configuration/).
"""

from pathlib import Path

from toolchain.images.archive import Entry, Image, write_archive, write_layer
from toolchain.images.debian import bootstrap
from toolchain.images.recipe import HERE, Recipe, Workshop, sources

REFERENCE = "docker.io/slipway/debian-docker-registry:2.8"

_CONFIGURATION = HERE / "registry" / "config.yml"
_STORE = "/var/lib/registry"
# The program and the C library it is linked to; its package depends on much more to be a service.
_FILES = ("/usr/bin/docker-registry", "/lib/*-linux-gnu*/lib*.so.*", "/lib/*/ld-*", "/lib64/*")


def _make(shop: Workshop, destination: Path) -> None:
    base, own = shop.scratch / "base.tar", shop.scratch / "own.tar"
    bootstrap(shop.runner, base, ("docker-registry",), variant="extract", only=_FILES)
    write_layer(
        own,
        [
            Entry("etc/docker/registry/config.yml", _CONFIGURATION),
            Entry(_STORE[1:]),
            # The name that the Docker project's image gives the program.
            Entry("bin/registry", link="/usr/bin/docker-registry"),
        ],
    )
    settings: dict[str, object] = {
        "Env": ["PATH=/usr/bin:/bin"],
        "Entrypoint": ["registry", "serve"],
        "Cmd": ["/etc/docker/registry/config.yml"],
        "ExposedPorts": {"5000/tcp": {}},
        "Volumes": {_STORE: {}},
        "Labels": dict([shop.label]),
    }
    write_archive(destination, [Image(REFERENCE, (base, own), settings)], shop.architecture)


RECIPE = Recipe(
    reference=REFERENCE,
    programs=(),
    sources=sources(__file__, _CONFIGURATION.parent),
    make=_make,
)
