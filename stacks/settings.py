"""What a stack file may say: the components' own argument models, put together."""

from typing import Self

from pydantic import Field, model_validator

from components.app.args import AppArgs
from components.image.args import ImageArgs
from components.image.dockerfile import read_dockerfile
from components.model import Model
from components.production import too_few_nodes, too_few_replicas
from components.stack_settings import stack_settings
from components.target import KindTargetArgs
from components.target.selection import TargetArgs


class Settings(Model):
    """The keys of a stack file that begin with `slipway:`."""

    name: str = Field(default="web", pattern=r"^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$")
    """Name of the application: of its image, Deployment and Service."""

    extends: str | None = Field(default=None, examples=["base"])
    """Stack file on top of which this one is read: `base` is `Pulumi.base.yaml` beside it."""

    production: bool = False
    """Whether fewer than three nodes, a single control plane of ours and fewer than two replicas
    are refused."""

    target: TargetArgs = Field(examples=[{"product": "kind"}])
    """Where the application goes. `Target.select()` reads it; here it is reported along."""

    image: ImageArgs = ImageArgs()
    app: AppArgs = AppArgs()

    @model_validator(mode="after")
    def _is_fit_for_production(self) -> Self:
        if not self.production:
            return self
        refused = [too_few_replicas(self.app.replicas)]
        if isinstance(self.target, KindTargetArgs):
            cluster = self.target.cluster
            refused += too_few_nodes(cluster.control_planes, len(cluster.workers))
        if lines := [line for line in refused if line]:
            raise ValueError("\n  ".join(lines))
        return self

    @classmethod
    def load(cls) -> Self:
        """The settings of the stack that is being deployed.

        Raises components.SettingsError, which lists every wrong setting; and for a Dockerfile
        that does not exist, before anything is registered.
        """
        given, where = stack_settings()
        settings = cls.parse(given, where)
        if settings.image.reference is None:
            read_dockerfile(settings.image, f"{where}: image")
        return settings
