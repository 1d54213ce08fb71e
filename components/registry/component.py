"""Registry: a container registry on this machine, for the images of a local cluster."""

from typing import Unpack

import pulumi
import pulumi_docker as docker
from pydantic import Field

from ..allocation import Allocation
from ..machine import labels
from ..names import Names
from ..settings.model import Model
from .endpoint import RegistryEndpoint
from .keywords import RegistryKeywords
from .mirror_map import Mirrors

__all__ = ["Registry", "RegistryArgs", "RegistryKeywords"]


class RegistryArgs(Model):
    """The local registry."""

    image: str = "docker.io/library/registry:2.8.3"
    """Image of the registry."""

    port: int | None = Field(default=None, ge=1024, le=65535)
    """Its port on this machine; the first free one from 5001 unless given."""


class Registry(pulumi.ComponentResource):
    """A registry that listens on 127.0.0.1 only and keeps its images in a named volume.

    A named volume, because replacing a container destroys anonymous ones; and it comes back by
    itself after Docker or the machine was restarted. The settings come as `args`, or as keywords
    named like the fields of RegistryArgs; names are those of the stack. Raises SettingsError for
    settings that do not validate.
    """

    host: pulumi.Output[str]
    """Address for pushes from this machine, e.g. `localhost:5001`, once the registry answers."""

    container_name: str
    """Its name on the cluster's container network, where it listens on port 5000."""

    container_id: pulumi.Output[str]

    port: pulumi.Output[int]
    """Its port on this machine."""

    mark: pulumi.Output[str]
    """Mark of the stack on the container and the volume."""

    def __init__(
        self,
        name: str,
        args: RegistryArgs | None = None,
        *,
        allocation: Allocation | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **settings: Unpack[RegistryKeywords],
    ) -> None:
        super().__init__("slipway:index:Registry", name, None, opts)
        args = RegistryArgs.given(args, settings, f'Registry("{name}")')
        child = pulumi.ResourceOptions(parent=self)
        # Container and volume have fixed names: what is created first would be the old one.
        named = pulumi.ResourceOptions(parent=self, delete_before_replace=True)
        names = Names.of_stack()
        self.container_name = names.registry
        allocation = allocation or Allocation(
            f"{name}-allocation", registry=names.registry, registry_port=args.port, opts=child
        )
        self.port, self.mark = allocation.registry, allocation.mark
        volume = docker.Volume(
            f"{name}-volume",
            name=names.registry,
            labels=[docker.VolumeLabelArgs(label=labels.MARK, value=self.mark)],
            opts=named,
        )
        container = docker.Container(
            f"{name}-container",
            name=names.registry,
            image=Mirrors.load().resolve(args.image),
            envs=["REGISTRY_STORAGE_DELETE_ENABLED=true"],
            labels=[docker.ContainerLabelArgs(label=labels.MARK, value=self.mark)],
            ports=[docker.ContainerPortArgs(internal=5000, external=self.port, ip="127.0.0.1")],
            volumes=[
                docker.ContainerVolumeArgs(
                    container_path="/var/lib/registry", volume_name=volume.name
                )
            ],
            restart="always",
            # The nodes' resource joins the container to the cluster's network later on; that is
            # no drift of the container.
            opts=pulumi.ResourceOptions.merge(
                named, pulumi.ResourceOptions(ignore_changes=["networksAdvanced", "networkMode"])
            ),
        )
        endpoint = RegistryEndpoint(
            f"{name}-endpoint",
            address=pulumi.Output.concat("localhost:", self.port.apply(str)),
            container=container.id,
            opts=child,
        )
        self.container_id = container.id
        self.host = endpoint.address
        self.register_outputs({"host": self.host})
