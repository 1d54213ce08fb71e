"""The table that closes a set-up."""

import platform
from collections.abc import Mapping

from toolchain.engine import Engine
from toolchain.images.store import shown
from toolchain.places import Checkout
from toolchain.setup.stamp import Row
from toolchain.setup.survey import Survey
from toolchain.tools.found import Found


def rows(
    checkout: Checkout, tools: Mapping[str, Found], engine: Engine, survey: Survey
) -> list[Row]:
    """One line for each thing that set-up provides."""
    described = [Row(tool.name, tool.version or "-", _where(tool)) for tool in tools.values()]
    return [
        Row("python", platform.python_version(), str(checkout.venv)),
        *sorted(described, key=lambda row: row.name),
        Row("docker engine", engine.version, engine.origin),
        *(
            Row(f"image {shown(image.recipe.reference)}", image.key[:12], "made here")
            for image in survey.images
        ),
    ]


def _where(tool: Found) -> str:
    return f"PATH: {tool.path}" if tool.origin == "PATH" else tool.origin
