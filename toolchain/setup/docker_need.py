"""Stacks that need no Docker Engine: existing clusters with images that exist."""

import re

from toolchain.places import Checkout
from toolchain.setup.stack_files import Settings, settings, texts

_REFERENCE = re.compile(r"[\"']?reference[\"']?\s*:")
_APPS = "slipway:apps"


def needs_docker(checkout: Checkout, stack: str | None) -> bool:
    """Return whether Docker makes a stack's cluster or one of its images; in doubt, it does."""
    merged: Settings = {}
    for text in texts(checkout, stack):
        merged = settings(text) | merged
    if _product(merged) != "cloud":
        return True
    applications = {path[:2] for path in merged if path[0] == _APPS and len(path) > 1}
    if not applications and merged.get((_APPS,)):
        return True
    images = [(*name, "image") for name in sorted(applications)] or [("slipway:image",)]
    return not all(_exists(merged, image) for image in images)


def _product(merged: Settings) -> str | None:
    inline = re.search(r"\bproduct[\"']?\s*:\s*[\"']?([\w-]+)", merged.get(("slipway:target",), ""))
    return inline[1] if inline else merged.get(("slipway:target", "product"), "").strip("\"'")


def _exists(merged: Settings, image: tuple[str, ...]) -> bool:
    """Return whether an image is named by its reference and has no setting of a build."""
    inside = {path[-1] for path in merged if path[:-1] == image}
    if inside:
        return "reference" in inside and not inside & {"context", "dockerfile"}
    value = merged.get(image, "")
    return bool(value) and (not value.startswith("{") or bool(_REFERENCE.search(value)))
