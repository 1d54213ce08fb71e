"""The load balancer that kind puts before several control planes, from Debian's haproxy.

kind names the image in its own program and has no setting for it, so the reference is the one
of kind 0.31.  kind writes /usr/local/etc/haproxy/haproxy.cfg with `mkdir` and `cp` and sends
SIGHUP with `kill`, all inside the container.
"""

from pathlib import Path

from toolchain.images.archive import Entry, Image, write_archive, write_layer
from toolchain.images.debian import BUSYBOX_COMMANDS, bootstrap
from toolchain.images.recipe import HERE, Recipe, Workshop, sources

REFERENCE = "docker.io/kindest/haproxy:v20251211-v0.29.0-alpha-100-g82a92c5d"

_FILES = HERE / "haproxy"
_CONFIGURATION = "/usr/local/etc/haproxy/haproxy.cfg"
_LIMITS = "/etc/haproxy-limits.cfg"
# Only maintainer scripts and logging to files use them.
_WITHOUT = ("/usr/share/perl/*", "/usr/lib/*/perl/*", "/usr/lib/*/perl-base/*", "/usr/bin/perl*")


def _make(shop: Workshop, destination: Path) -> None:
    base, files = shop.scratch / "base.tar", shop.scratch / "files.tar"
    bootstrap(
        shop.runner,
        base,
        ("haproxy", "busybox"),
        variant="extract",
        without=_WITHOUT,
        hooks=(BUSYBOX_COMMANDS,),
    )
    write_layer(
        files,
        [
            Entry(_LIMITS[1:], _FILES / "limits.cfg"),
            Entry(_CONFIGURATION[1:], _FILES / "haproxy.cfg"),
        ],
    )
    settings: dict[str, object] = {
        "Env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
        "Entrypoint": ["haproxy", "-W", "-db", "-f", _LIMITS, "-f", _CONFIGURATION],
        "StopSignal": "SIGUSR1",
        "Labels": dict([shop.label]),
    }
    write_archive(destination, [Image(REFERENCE, (base, files), settings)], shop.architecture)


RECIPE = Recipe(
    reference=REFERENCE,
    programs=(),
    sources=sources(__file__, _FILES),
    make=_make,
)
