"""Types of Registry's keywords; `python -m stacks.keyword_types` generates this file."""

from typing import TypedDict


class RegistryKeywords(TypedDict, total=False):
    image: str
    port: int | None
