"""Registry: a container registry on this machine, for the images of a local cluster."""

import pulumi
import pulumi_docker as docker
from pydantic import Field

from ..machine import labels
from ..names import Names
from ..settings.model import Model
from .endpoint import RegistryEndpoint
from .mirror_map import Mirrors


class RegistryArgs(Model):
    """The local registry."""

    image: str = "docker.io/library/registry:2.8.3"
    """Image of the registry."""

    port: int | None = Field(default=None, ge=1024, le=65535)
    """Its port on this machine; the first free one from 5001 unless given."""


class Registry(pulumi.ComponentResource):
    """A registry that listens on 127.0.0.1 only and keeps its images in a named volume.

    A named volume, because replacing a container destroys anonymous ones; and it comes back by
    itself after the engine or the machine was restarted.
    """

    host: pulumi.Output[str]
    """Address for pushes from this machine, e.g. `localhost:5001`, once the registry answers."""

    container_name: str
    """Its name on the cluster's container network, where it listens on port 5000."""

    container_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: RegistryArgs,
        *,
        port: pulumi.Input[int],
        mark: pulumi.Input[str],
        names: Names,
        mirrors: Mirrors,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:index:Registry", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.container_name = names.registry
        volume = docker.Volume(
            f"{name}-volume",
            name=names.registry,
            labels=[docker.VolumeLabelArgs(label=labels.MARK, value=mark)],
            opts=child,
        )
        container = docker.Container(
            f"{name}-container",
            name=names.registry,
            image=mirrors.resolve(args.image),
            envs=["REGISTRY_STORAGE_DELETE_ENABLED=true"],
            labels=[docker.ContainerLabelArgs(label=labels.MARK, value=mark)],
            ports=[docker.ContainerPortArgs(internal=5000, external=port, ip="127.0.0.1")],
            volumes=[
                docker.ContainerVolumeArgs(
                    container_path="/var/lib/registry", volume_name=volume.name
                )
            ],
            restart="always",
            # The nodes' resource joins the container to the cluster's network later on; that is
            # no drift of the container.
            opts=pulumi.ResourceOptions.merge(
                child, pulumi.ResourceOptions(ignore_changes=["networksAdvanced", "networkMode"])
            ),
        )
        endpoint = RegistryEndpoint(
            f"{name}-endpoint",
            address=pulumi.Output.concat("localhost:", pulumi.Output.from_input(port).apply(str)),
            container=container.id,
            opts=child,
        )
        self.container_id = container.id
        self.host = endpoint.address
        self.register_outputs({"host": self.host})
