"""What a stack file may say: the components' own argument models, put together."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from components.app.args import AppArgs
from components.image.args import ImageArgs
from components.image.dockerfile import read_dockerfile
from components.settings.model import Model
from components.settings.production import too_few_replicas
from components.settings.stack_file import stack_settings
from components.targets import AnyTargetArgs, LocalTargetArgs

_NAME = r"^[a-z]([-a-z0-9]{0,38}[a-z0-9])?$"


class ApplicationArgs(Model):
    """One of several applications of a stack."""

    image: ImageArgs = ImageArgs()
    """Its image."""

    app: AppArgs = AppArgs()
    """How it runs."""


class Settings(Model):
    """The keys of a stack file that begin with `slipway:`."""

    name: str = Field(default="web", pattern=_NAME)
    """Name of the application: of its image, Deployment and Service."""

    extends: str | None = Field(default=None, examples=["base"])
    """Stack file on top of which this one is read: `base` is `Pulumi.base.yaml` beside it."""

    production: bool = False
    """Whether fewer than three nodes, a single control plane of ours and fewer than two replicas
    are refused."""

    target: AnyTargetArgs = Field(examples=[{"product": "kind"}])
    """Where the application is deployed."""

    image: ImageArgs = ImageArgs()
    app: AppArgs = AppArgs()

    apps: dict[Annotated[str, Field(pattern=_NAME)], ApplicationArgs] = Field(
        default_factory=dict, examples=[{"shop": {"image": {"context": "shop"}}}]
    )
    """Several applications by name, instead of `name`, `image` and `app`."""

    @property
    def applications(self) -> dict[str, ApplicationArgs]:
        """The applications of the stack by name; one, unless `apps` names several."""
        return self.apps or {self.name: ApplicationArgs(image=self.image, app=self.app)}

    @model_validator(mode="after")
    def _applications_go_together(self) -> Self:
        both = self.model_fields_set & {"name", "image", "app"}
        if self.apps and both:
            raise ValueError(f"apps stands instead of {', '.join(sorted(both))}; leave one out")
        there = self.applications
        for name, one in there.items():
            if missing := [other for other in one.app.calls if other not in there]:
                others = ", ".join(sorted(there.keys() - {name})) or "no other"
                raise ValueError(
                    f"{name} calls {missing[0]}, and the stack has no application of that name; "
                    f"there is: {others}"
                )
        return self

    @model_validator(mode="after")
    def _is_fit_for_production(self) -> Self:
        if not self.production:
            return self
        refused = [
            too_few_replicas(one.app.least_replicas)
            for one in self.applications.values()
            if one.app.serves
        ]
        if isinstance(self.target, LocalTargetArgs):
            refused += self.target.too_few_nodes()
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
        for one in settings.applications.values():
            if one.image.reference is None:
                read_dockerfile(one.image, f"{where}: image")
        return settings
