"""Types of Image's keywords; `python -m stacks.keyword_types` generates this file."""

from collections.abc import Mapping
from typing import Literal, TypedDict


class ImageKeywords(TypedDict, total=False):
    reference: str | None
    context: str
    dockerfile: str | None
    build_args: Mapping[str, str]
    stage: str | None
    registry_cache: bool
    platform: Literal["linux/amd64", "linux/arm64"] | None
