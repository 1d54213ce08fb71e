"""What can be said about an image build."""

from typing import Literal

from pydantic import Field

from ..model import Model


class ImageArgs(Model):
    """An image, built by the container engine's BuildKit and pushed to the target's registry."""

    context: str = "."
    """Folder that the build sees, relative to Pulumi.yaml."""

    dockerfile: str | None = None
    """The Dockerfile, relative to Pulumi.yaml; `Dockerfile` in the context unless given."""

    build_args: dict[str, str] = Field(default_factory=dict)
    """Build arguments. They end up in the image's history: no place for secrets."""

    stage: str | None = None
    """The build stage to stop at; the last one unless given."""

    platform: Literal["linux/amd64", "linux/arm64"] | None = None
    """Platform of the image; this machine's unless given."""

    @property
    def dockerfile_path(self) -> str:
        """The Dockerfile, relative to Pulumi.yaml."""
        return self.dockerfile or f"{self.context.rstrip('/')}/Dockerfile"
