"""Root file systems from Debian packages, made by mmdebstrap."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from toolchain.runner import Runner

RELEASE = "bookworm"
# What no container here reads; licences stay.
_LEFT_OUT = (
    "/usr/share/man/*",
    "/usr/share/info/*",
    "/usr/share/locale/*",
    "/usr/share/bash-completion/*",
    "/usr/share/lintian/*",
    "/usr/share/doc/*/changelog*",
    "/usr/share/doc/*/NEWS*",
)
_LICENCES = "/usr/share/doc/*/copyright"
_EMPTY_CACHES = (
    "rm -rf $1/var/cache/apt/* $1/var/cache/ldconfig/* $1/var/lib/apt/lists/* $1/var/log/*"
)

# Without it Debian's usrmerge moves the folders later on, and brings all of Perl to do so.
_MERGED_FOLDERS = "--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr"

# Busybox knows its commands but an image's PATH does not; no command that is there is replaced.
BUSYBOX_COMMANDS = (
    "for name in $(chroot $1 /bin/busybox --list); "
    "do [ -e $1/bin/$name ] || ln -s busybox $1/bin/$name; done"
)
# ca-certificates puts its bundle together when it is installed, which unpacking does not do.
CERTIFICATE_BUNDLE = (
    "cat $1/usr/share/ca-certificates/mozilla/*.crt > $1/etc/ssl/certs/ca-certificates.crt"
)


def bootstrap(
    runner: Runner,
    destination: Path,
    packages: Sequence[str],
    *,
    variant: Literal["minbase", "extract"] = "minbase",
    only: Sequence[str] = (),
    without: Sequence[str] = (),
    hooks: Sequence[str] = (),
) -> None:
    """Write a tar file with a Debian root that holds these packages.

    ``variant`` minbase gives a system with apt; extract only unpacks the packages and what they
    depend on, which is smaller but runs no maintainer script.  ``only`` are patterns of the
    files to keep (default: all) and ``without`` of files to leave out; ``hooks`` are shell
    commands that change the unpacked root, which is ``$1``.  SLIPWAY_DEBIAN_MIRROR names a
    mirror to use.  Raises ToolchainError when mmdebstrap is missing or fails.
    """
    included = [*packages, "usr-is-merged"] if variant == "minbase" else packages
    left_out = ["/*"] if only else [*_LEFT_OUT, *without]
    kept = [*only, _LICENCES] if only else []
    mirror = os.environ.get("SLIPWAY_DEBIAN_MIRROR")
    runner.run(
        [
            "mmdebstrap",
            f"--variant={variant}",
            f"--include={','.join(included)}",
            *([_MERGED_FOLDERS] if variant == "minbase" else []),
            '--aptopt=APT::Install-Recommends "false"',
            *(f"--dpkgopt=path-exclude={path}" for path in left_out),
            *(f"--dpkgopt=path-include={path}" for path in kept),
            # The only hook that mmdebstrap runs in every variant; later ones skip extract.
            *(f"--extract-hook={command}" for command in hooks),
            f"--customize-hook={_EMPTY_CACHES}",
            RELEASE,
            destination,
            *([mirror] if mirror else []),
        ],
        purpose=f"while making a Debian root with {packages[0]}",
        fix="check that a Debian mirror answers (SLIPWAY_DEBIAN_MIRROR names another one), "
        "then run `make setup` again",
    )
