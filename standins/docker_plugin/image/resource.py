"""The Image resource's operations, with the vendor's properties in and out."""

from collections.abc import Callable
from dataclasses import dataclass, field

from standins.docker_plugin.docker_client import DockerClient
from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.host import ResourceLog
from standins.docker_plugin.image.build import build_image
from standins.docker_plugin.image.child import Children
from standins.docker_plugin.image.credentials import login_of
from standins.docker_plugin.image.inputs import checked_inputs, dockerfile_in_context
from standins.docker_plugin.image.push import push_image
from standins.docker_plugin.values import Properties, has_unknown, secret

TOKEN = "docker:index/image:Image"


@dataclass
class ImageResource:
    """Builds and pushes images. Nothing is ever removed: not from Docker, not elsewhere."""

    children: Children = field(default_factory=Children)

    def check(self, news: Properties, log: ResourceLog) -> Properties:
        """Return the checked inputs; see `inputs.checked_inputs` for what is raised."""
        return checked_inputs(news, log.info)

    def preview(self, inputs: Properties, engine: DockerClient, log: ResourceLog) -> Properties:
        """Return the properties that a create or update would give, as far as they are known.

        That is the inputs alone, unless the Image asks to be built in a preview: then it is
        built, and not pushed.
        """
        if inputs.get("buildOnPreview") is not True:
            return inputs
        if has_unknown(inputs.get("imageName")) or has_unknown(inputs.get("build")):
            log.warning("The image is not built in this preview: some of its inputs are unknown.")
            return inputs
        return self._outputs(inputs, self._build(inputs, engine, log.status))

    def apply(self, inputs: Properties, engine: DockerClient, log: ResourceLog) -> Properties:
        """Build the image, push it unless `skipPush`, and return the resource's properties."""
        registry: Properties = inputs.get("registry") or {}
        if bool(registry.get("username")) != bool(registry.get("password")):
            log.warning(
                "Only one of `username` and `password` is given for the registry: both are needed,"
                " so the credentials of Docker's own configuration are used."
            )
        digest = self._build(inputs, engine, log.status)
        if inputs.get("skipPush") is not True:
            digest = push_image(
                engine.api,
                inputs["imageName"],
                login_of(registry),
                lambda: self.children.cancelled,
                log.status,
            )
        return self._outputs(inputs, digest)

    def _build(self, inputs: Properties, engine: DockerClient, show: Callable[[str], None]) -> str:
        if not inputs.get("imageName"):
            raise PluginError(
                "the Image has no `image_name`; give it one such as localhost:5001/web"
            )
        return build_image(inputs, engine.address, self.children, show)

    def _outputs(self, inputs: Properties, digest: str) -> Properties:
        build: Properties = inputs["build"]
        name: str = inputs["imageName"]
        registry: Properties = inputs.get("registry") or {}
        return {
            "__inputs": secret(inputs),
            "baseImageName": name,
            "context": build["context"],
            "dockerfile": dockerfile_in_context(build),
            "imageName": name,
            "platform": build["platform"],
            "registryServer": registry.get("server") or "",
            "repoDigest": digest,
        }
