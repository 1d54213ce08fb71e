"""Root file systems from Debian packages, made by mmdebstrap."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from toolchain.commands import Runner

RELEASE = "bookworm"
# What no container here reads; licences stay.
_LEFT_OUT = ("man", "info", "locale", "bash-completion", "lintian", "doc/*/changelog*", "doc/*/NEWS*")


def bootstrap(
    runner: Runner,
    destination: Path,
    packages: Sequence[str],
    *,
    variant: Literal["minbase", "extract"] = "minbase",
) -> None:
    """Write a tar file with a Debian root that holds these packages.

    ``variant`` minbase gives a system with apt; extract only unpacks the packages and what they
    depend on, which is smaller but runs no maintainer script.  SLIPWAY_DEBIAN_MIRROR names a
    mirror to use.
    """
    excludes = [f"--dpkgopt=path-exclude=/usr/share/{path}" for path in _LEFT_OUT]
    mirror = os.environ.get("SLIPWAY_DEBIAN_MIRROR")
    runner.run(
        [
            "mmdebstrap",
            f"--variant={variant}",
            f"--include={','.join(packages)}",
            '--aptopt=APT::Install-Recommends "false"',
            *excludes,
            "--customize-hook=rm -rf $1/var/cache/apt/* $1/var/lib/apt/lists/* $1/var/log/*",
            RELEASE,
            destination,
            *([mirror] if mirror else []),
        ],
        purpose=f"while making a Debian root with {packages[0]}",
        mend="check that a Debian mirror answers (SLIPWAY_DEBIAN_MIRROR names another one), "
        "then run `make setup` again",
    )
