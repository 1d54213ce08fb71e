"""The settings of a stack file: the components' own argument models, put together."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

import pulumi
from pydantic import Field, model_validator

from components.app.args import AppArgs
from components.app.args.containers import APPLICATION
from components.app.args.values import APPLICATION_NAME
from components.app.claims import Claims, claims, misnamed
from components.app.manifests import parts
from components.app.placement import Facts, Site, own_images, placement
from components.image.args import ImageArgs
from components.image.dockerfile import read_dockerfile
from components.names import Names
from components.settings.model import Model, SettingsError
from components.settings.production import too_few_replicas
from components.settings.stack_file import stack_settings
from components.targets import AnyTargetArgs, LocalTargetArgs
from components.targets.owner import Owner


class ApplicationArgs(Model):
    """One of several applications of a stack."""

    image: ImageArgs = ImageArgs()
    """Its image."""

    app: AppArgs = AppArgs()
    """Its pods, its Service and its traffic."""


class Settings(Model):
    """The keys of a stack file that begin with `slipway:`."""

    name: str = Field(default="web", pattern=APPLICATION_NAME)
    """Name of the application: of its image, Deployment and Service."""

    extends: str | None = Field(default=None, examples=["base"])
    """Stack file on top of which this one is read: `base` is `Pulumi.base.yaml` beside it."""

    production: bool = False
    """Whether fewer than three nodes, a single control plane of a local cluster and fewer than two
    replicas are refused."""

    deliver: Literal["pulumi", "gitops"] = "pulumi"
    """What applies the objects: `pulumi up`, or with `gitops` a controller such as Argo CD or Flux
    that follows rendered files in Git; `up` is refused then, as the two would fight."""

    target: AnyTargetArgs = Field(examples=[{"product": "kind"}])
    """Cluster and registry to which the applications go."""

    image: ImageArgs = ImageArgs()
    app: AppArgs = AppArgs()

    apps: dict[Annotated[str, Field(pattern=APPLICATION_NAME)], ApplicationArgs] = Field(
        default_factory=dict, examples=[{"shop": {"image": {"context": "shop"}}}]
    )
    """Several applications by name, instead of `name`, `image` and `app`."""

    @property
    def applications(self) -> dict[str, ApplicationArgs]:
        """The applications of the stack by name; one, unless `apps` names several."""
        return self.apps or {self.name: ApplicationArgs(image=self.image, app=self.app)}

    def path_of(self, name: str, setting: str) -> str:
        """Return the path of a setting of an application in the stack file."""
        return f"apps.{name}.{setting}" if self.apps else setting

    @model_validator(mode="after")
    def _applications_go_together(self) -> Self:
        both = self.model_fields_set & {"name", "image", "app"}
        if self.apps and both:
            raise ValueError(f"apps replaces {', '.join(sorted(both))}; remove one of them")
        applications = self.applications
        for name, application in applications.items():
            for callee in application.app.calls:
                if callee not in applications:
                    others = ", ".join(sorted(applications.keys() - {name})) or "no other"
                    raise ValueError(
                        f"{self.path_of(name, 'app')}.calls: {name} calls {callee}, and the stack "
                        f"has no application of that name; there is: {others}"
                    )
        if lines := list(self._conflicts()):
            raise ValueError("\n  ".join(lines))
        return self

    def _conflicts(self) -> Iterator[str]:
        """Yield what two applications would both have: a name, an object, an address."""
        site = Site(Owner(Names("", "")), lambda name: self.target.exposure(name, ""), ())
        all_claims = Claims()
        for name, application in self.applications.items():
            if message := misnamed(name, application.app):
                yield f"{self.path_of(name, 'app')}: {message}"
            images = dict.fromkeys((APPLICATION, *own_images(application.app)), "")
            facts = Facts(images, user=0, group=0)
            place = placement(name, application.app, site, facts)
            wanted = claims(place, application.app, parts(application.app, place))
            if message := all_claims.add(name, wanted):
                yield f"{self.path_of(name, 'app')}: {message}"

    @model_validator(mode="after")
    def _is_fit_for_production(self) -> Self:
        if not self.production:
            return self
        refused = [
            too_few_replicas(each.app.least_replicas, f"{self.path_of(name, 'app')}.replicas")
            for name, each in self.applications.items()
            if each.app.serves
        ]
        if isinstance(self.target, LocalTargetArgs):
            refused += self.target.too_few_nodes()
        if lines := [line for line in refused if line]:
            raise ValueError("\n  ".join(lines))
        return self

    @model_validator(mode="after")
    def _can_be_delivered(self) -> Self:
        if self.deliver == "gitops" and getattr(self.target, "context", None) is None:
            raise ValueError(
                "deliver: gitops needs an existing cluster, which a controller in it updates: "
                "`target` with `product: cloud` and its `context`; only `up` makes a cluster"
            )
        return self

    @classmethod
    def load(cls, *, rendering: bool = False) -> Self:
        """Return the settings of the stack that is being deployed, or is only rendered.

        Raises components.SettingsError, which lists every wrong setting; for Dockerfiles that do
        not exist, and for a stack that Pulumi does not deliver, before anything is registered.
        """
        content, where = stack_settings()
        settings = cls.parse(content, where)
        if settings.deliver == "gitops" and not rendering:
            stack = pulumi.get_stack()
            raise SettingsError(
                f"{where}: deliver: gitops: a controller in the cluster applies this stack from "
                f"Git, and Pulumi would fight it\n  next: make render STACK={stack} OUT=folder, "
                f"commit and push the folder, then make wait STACK={stack} OUT=folder"
            )
        missing: list[str] = []
        for name, application in settings.applications.items():
            if application.image.reference is None:
                path = settings.path_of(name, "image")
                try:
                    read_dockerfile(application.image, f"{where}: {path}")
                except SettingsError as error:
                    missing.append(str(error))
        if missing:
            raise SettingsError("\n".join(missing))
        return settings
