"""The table that closes a set-up, and the lines about where tools and images come from."""

import platform
from collections.abc import Mapping

from toolchain.engine import Engine
from toolchain.images.store import shown
from toolchain.places import Checkout
from toolchain.reach import Choice, Reach
from toolchain.setup.stamp import Decision, Row
from toolchain.setup.survey import Survey
from toolchain.tools.found import Found


def rows(
    checkout: Checkout, tools: Mapping[str, Found], engine: Engine | None, survey: Survey
) -> list[Row]:
    """One line for each thing that set-up provides; no ``engine``, and so no images, or both."""
    described = [Row(tool.name, tool.version or "-", _where(tool)) for tool in tools.values()]
    provided = [
        Row("python", platform.python_version(), str(checkout.venv)),
        *sorted(described, key=lambda row: row.name),
    ]
    if engine is None:
        return provided
    return [
        *provided,
        Row("docker engine", engine.version, engine.origin),
        *(
            Row(f"image {shown(image.recipe.reference)}", image.key[:12], "made here")
            for image in survey.images
        ),
    ]


def decisions(reach: Reach) -> list[Decision]:
    """One line for tools and one for images: which way was chosen, and why."""
    return [
        _decision("tools", "the vendors' releases", "built here", reach.tools),
        _decision("images", "pulled", "made here", reach.images),
    ]


def _decision(subject: str, published: str, made: str, choice: Choice) -> Decision:
    way = published if choice.is_published else made
    return Decision(subject, f"{way}, {choice.reason}", choice.is_certain)


def _where(tool: Found) -> str:
    return f"PATH: {tool.path}" if tool.origin == "PATH" else tool.origin
