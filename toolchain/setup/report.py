"""The table that closes a set-up."""

import platform
from collections.abc import Mapping

from toolchain.engine import Engine
from toolchain.images.store import shown
from toolchain.places import Checkout
from toolchain.setup.stamp import Row
from toolchain.setup.survey import Survey
from toolchain.tools.found import Found


def rows(checkout: Checkout, tools: Mapping[str, Found], engine: Engine, seen: Survey) -> list[Row]:
    """One line for each thing that set-up provides."""
    described = [Row(found.name, found.version or "-", _where(found)) for found in tools.values()]
    return [
        Row("python", platform.python_version(), str(checkout.venv)),
        *sorted(described, key=lambda row: row.name),
        Row("docker engine", engine.version, engine.origin),
        *(
            Row(f"image {shown(wanted.recipe.reference)}", wanted.key[:12], "made here")
            for wanted in seen.images
        ),
    ]


def _where(found: Found) -> str:
    return f"PATH: {found.path}" if found.origin == "PATH" else found.origin
