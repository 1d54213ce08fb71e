"""A base image with Node.js, from Debian's package nodejs.

It takes the place of Docker Hub's `node` images: `node` on PATH, the user `node` with number
1000, a shell with the common commands (busybox), and certificates for outgoing TLS.
"""

from pathlib import Path

from toolchain.images.archive import Entry, Image, write_archive, write_layer
from toolchain.images.debian import BUSYBOX_COMMANDS, CERTIFICATE_BUNDLE, bootstrap
from toolchain.images.recipe import Recipe, Workshop, sources

REFERENCE = "docker.io/slipway/debian-nodejs:bookworm"

_PACKAGES = ("nodejs", "busybox", "ca-certificates")
# Type definitions, character sets beyond Unicode, and tools that came along with libraries.
_WITHOUT = (
    "/usr/share/nodejs/@types/*",
    "/usr/lib/*/gconv/*",
    "/usr/share/gcc/*",
    "/usr/bin/openssl",
    "/usr/bin/c_rehash",
    "/usr/share/perl5/*",
)
_USERS = b"""\
root:x:0:0:root:/root:/bin/sh
node:x:1000:1000::/home/node:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/bin/false
"""
_GROUPS = b"root:x:0:\nnode:x:1000:\nnogroup:x:65534:\n"


def _make(shop: Workshop, destination: Path) -> None:
    base, users = shop.scratch / "base.tar", shop.scratch / "users.tar"
    hooks = (BUSYBOX_COMMANDS, CERTIFICATE_BUNDLE)
    bootstrap(shop.runner, base, _PACKAGES, variant="extract", without=_WITHOUT, hooks=hooks)
    write_layer(
        users,
        [
            Entry("etc/passwd", _USERS),
            Entry("etc/group", _GROUPS),
            Entry("home/node", owner=1000),
        ],
    )
    settings: dict[str, object] = {
        "Env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
        "Cmd": ["node"],
        "Labels": dict([shop.label]),
    }
    write_archive(destination, [Image(REFERENCE, (base, users), settings)], shop.architecture)


RECIPE = Recipe(reference=REFERENCE, programs=(), sources=sources(__file__), make=_make)
