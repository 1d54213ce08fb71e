"""Parts of an image reference.

https://github.com/distribution/reference/blob/main/reference.go has the grammar.
"""

import re
from dataclasses import dataclass
from typing import Self

HUB = "docker.io"

_COMPONENT = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_REFERENCE = re.compile(
    rf"(?P<registry>[A-Za-z0-9.-]+(?::\d+)?)/(?P<repository>{_COMPONENT}(?:/{_COMPONENT})*)"
    r"(?::(?P<tag>\w[\w.-]{0,127}))?(?:@(?P<digest>sha256:[0-9a-f]{64}))?"
)


def canonical(reference: str) -> str:
    """Return an image reference with the registry and repository that Docker would assume."""
    first, _, rest = reference.partition("/")
    if not rest:
        return f"{HUB}/library/{reference}"
    if first == HUB and "/" not in rest:
        return f"{HUB}/library/{rest}"
    is_registry = "." in first or ":" in first or first == "localhost"
    return reference if is_registry else f"{HUB}/{reference}"


@dataclass(frozen=True)
class ImageReference:
    """`registry/repository[:tag][@digest]`."""

    registry: str
    repository: str
    tag: str | None
    digest: str | None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the parts of a reference; short names are Docker Hub's.  Raises ValueError."""
        match = _REFERENCE.fullmatch(canonical(text))
        if match is None:
            raise ValueError(
                f"{text!r} is no image reference; one is [registry/]owner/name[:tag][@sha256:...], "
                "in small letters but for the tag"
            )
        return cls(**match.groupdict())

    @property
    def name(self) -> str:
        """Registry and repository."""
        return f"{self.registry}/{self.repository}"

    @property
    def version(self) -> str:
        """Digest, else tag, else `latest`."""
        return self.digest or self.tag or "latest"
