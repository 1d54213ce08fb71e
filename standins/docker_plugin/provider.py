"""Pulumi's ResourceProvider protocol: requests in, the resources' answers out."""

from typing import Any

from standins.docker_plugin import VERSION
from standins.docker_plugin.bridged.service import BridgedService, services
from standins.docker_plugin.configuration import changed_settings, engine_of
from standins.docker_plugin.docker_client import DockerClient
from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.failure import answering
from standins.docker_plugin.host import EngineLog, ResourceLog
from standins.docker_plugin.image.diff import changed_inputs
from standins.docker_plugin.image.resource import TOKEN as IMAGE
from standins.docker_plugin.image.resource import ImageResource
from standins.docker_plugin.messages import (
    changes,
    created,
    detailed,
    naming_of,
    token_of,
    unserved,
    updated,
)
from standins.docker_plugin.stopping import Stopping
from standins.docker_plugin.stubs import empty_pb2, plugin_pb2, provider_pb2, provider_pb2_grpc
from standins.docker_plugin.values import decode, encode


class DockerProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Serves Image and the bridged resources; refuses every other type by its name."""

    def __init__(self, log: EngineLog) -> None:
        self._log = log
        self._images = ImageResource()
        self._stopping = Stopping()
        self._services = services(self._stopping.pause)
        self._engine: DockerClient | None = None

    def stop(self) -> None:
        """End what is running on the plugin's behalf, and start nothing more."""
        self._stopping.request()
        self._images.children.cancel()

    @answering
    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=VERSION)

    @answering
    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    @answering
    def DiffConfig(self, request: Any, context: Any) -> Any:
        changed = changed_settings(decode(request.old_inputs), decode(request.news))
        if not changed:
            return provider_pb2.DiffResponse()
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME,
            hasDetailedDiff=True,
            detailedDiff=detailed(changed, of_inputs=True),
            diffs=changed,
        )

    @answering
    def Configure(self, request: Any, context: Any) -> Any:
        self._engine = DockerClient(engine_of(decode(request.args), dict(request.variables)))
        return provider_pb2.ConfigureResponse(
            supportsPreview=True, supports_autonaming_configuration=True
        )

    @answering
    def Check(self, request: Any, context: Any) -> Any:
        news, token = decode(request.news), token_of(request)
        if token == IMAGE:
            inputs = self._images.check(news, self._resource_log(request))
            return provider_pb2.CheckResponse(inputs=encode(inputs))
        inputs, failures = self._bridged(token).check(
            request.urn.rpartition("::")[2], decode(request.olds), news, naming_of(request)
        )
        if failures:
            return provider_pb2.CheckResponse(
                failures=[provider_pb2.CheckFailure(reason=reason) for reason in failures]
            )
        return provider_pb2.CheckResponse(inputs=encode(inputs))

    @answering
    def Diff(self, request: Any, context: Any) -> Any:
        olds, news, token = decode(request.olds), decode(request.news), token_of(request)
        if token == IMAGE:
            kinds = changed_inputs(olds, news)
            return provider_pb2.DiffResponse(
                changes=changes(kinds), detailedDiff=detailed(kinds), hasDetailedDiff=bool(kinds)
            )
        service = self._bridged(token)
        changed = service.diff(olds, news)
        return provider_pb2.DiffResponse(
            changes=changes(changed.names),
            detailedDiff=detailed(changed.detailed),
            hasDetailedDiff=True,
            diffs=changed.names,
            replaces=changed.replaces,
            stables=service.stable_names(changed),
            deleteBeforeReplace=changed.delete_first,
        )

    @answering
    def Create(self, request: Any, context: Any) -> Any:
        inputs, token = decode(request.properties), token_of(request)
        if token == IMAGE and request.preview:
            return created(
                "", self._images.preview(inputs, self._docker, self._resource_log(request))
            )
        if token == IMAGE:
            outputs = self._images.apply(inputs, self._docker, self._resource_log(request))
            return created(inputs["imageName"], outputs)
        if request.preview:
            return created("", self._bridged(token).preview_create(inputs))
        made = self._bridged(token).create(self._docker.api, inputs)
        return created(made.id, made.properties)

    @answering
    def Read(self, request: Any, context: Any) -> Any:
        token = token_of(request)
        if token == IMAGE:
            # Neither the registry nor Docker is queried: the state has what was built.
            return provider_pb2.ReadResponse(
                id=request.id,
                inputs=request.inputs if request.HasField("inputs") else None,
                properties=request.properties if request.HasField("properties") else None,
            )
        current = self._bridged(token).read(
            self._docker.api, request.id, decode(request.inputs), decode(request.properties)
        )
        if current is None:
            return provider_pb2.ReadResponse()
        inputs, properties = current
        return provider_pb2.ReadResponse(
            id=properties["id"], inputs=encode(inputs), properties=encode(properties)
        )

    @answering
    def Update(self, request: Any, context: Any) -> Any:
        olds, news, token = decode(request.olds), decode(request.news), token_of(request)
        if token == IMAGE:
            act = self._images.preview if request.preview else self._images.apply
            return updated(act(news, self._docker, self._resource_log(request)))
        if request.preview:
            return updated(self._bridged(token).preview_update(olds, news))
        return updated(self._bridged(token).update(self._docker.api, request.id, olds, news))

    @answering
    def Delete(self, request: Any, context: Any) -> Any:
        token = token_of(request)
        if token != IMAGE:
            properties = decode(request.properties)
            self._bridged(token).delete(self._docker.api, request.id, properties)
        return empty_pb2.Empty()

    @answering
    def Invoke(self, request: Any, context: Any) -> Any:
        raise PluginError(
            f"unrecognized data function (Invoke): {request.tok}:"
            " this stand-in for the docker plugin serves no functions"
        )

    @answering
    def Cancel(self, request: Any, context: Any) -> Any:
        self.stop()
        return empty_pb2.Empty()

    def _bridged(self, token: str) -> BridgedService:
        service = self._services.get(token)
        if service is None:
            types = (name.rpartition(":")[2] for name in (IMAGE, *self._services))
            raise PluginError(
                f"the resource type {token} is not served by this stand-in for the docker plugin"
                f" {VERSION}; it serves {', '.join(sorted(types))}. Other types need the vendor's"
                f" plugin: `pulumi plugin install resource docker {VERSION}`"
            )
        return service

    @property
    def _docker(self) -> DockerClient:
        if self._engine is None:
            raise PluginError("the docker plugin got a request before it was configured")
        return self._engine

    def _resource_log(self, request: Any) -> ResourceLog:
        return ResourceLog(self._log, request.urn)


# The base class would answer these too, with a stack trace on the plugin's error stream.
for _name in (
    "Attach",
    "Call",
    "Construct",
    "GetMapping",
    "GetMappings",
    "GetSchema",
    "Handshake",
    "List",
    "Parameterize",
):
    setattr(DockerProvider, _name, unserved(_name))
