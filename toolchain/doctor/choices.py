"""Checks of the ways to tools and images: those of the last set-up, and checksums in the lock."""

from collections.abc import Mapping

from toolchain.doctor.finding import Finding
from toolchain.lock import read_lock
from toolchain.places import Checkout, this_platform
from toolchain.setup import stamp

_AGAIN = "python3 -m toolchain setup --again asks once more"


def sources(checkout: Checkout) -> list[Finding]:
    """Report the choices of the last set-up, each with its reason."""
    last = stamp.load(checkout)
    if last is None:
        return []  # the check of the tools reports it
    return [
        Finding(
            "ok" if decision.is_certain else "warn",
            f"source of {decision.subject}",
            decision.text,
            "" if decision.is_certain else _AGAIN,
        )
        for decision in last.decisions
    ]


def checksums(checkout: Checkout) -> list[Finding]:
    """Count what lock.toml has a checksum for, and name the rest, which is trusted as published."""
    lock = read_lock(checkout.toolchain, this_platform())
    releases = {
        name: tool.release.sha256 is not None for name, tool in lock.tools.items() if tool.release
    }
    images = {image.reference: image.digest is not None for image in lock.images.values()}
    detail = "; ".join(
        (
            _counted("releases", releases, "the list of its vendor counts for"),
            _counted("images", images, "the tag counts for"),
        )
    )
    return [Finding("ok", "checksums in toolchain/lock.toml", detail)]


def _counted(kind: str, has_checksum: Mapping[str, bool], otherwise: str) -> str:
    missing = [name for name, has in has_checksum.items() if not has]
    counted = f"{len(has_checksum) - len(missing)} of {len(has_checksum)} {kind}"
    return f"{counted} ({otherwise} {', '.join(missing)})" if missing else counted
