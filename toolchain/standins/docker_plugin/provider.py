"""Pulumi's ResourceProvider protocol: requests in, the resources' answers out."""

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from toolchain.standins.docker_plugin import VERSION
from toolchain.standins.docker_plugin.bridged.service import SERVICES, BridgedService
from toolchain.standins.docker_plugin.configuration import changed_settings, engine_of
from toolchain.standins.docker_plugin.docker_client import DockerClient
from toolchain.standins.docker_plugin.errors import PluginError
from toolchain.standins.docker_plugin.failure import answering
from toolchain.standins.docker_plugin.host import EngineLog, ResourceLog
from toolchain.standins.docker_plugin.image.diff import changed_inputs
from toolchain.standins.docker_plugin.image.resource import TOKEN as IMAGE
from toolchain.standins.docker_plugin.image.resource import ImageResource
from toolchain.standins.docker_plugin.stubs import (
    empty_pb2,
    grpc,
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
)
from toolchain.standins.docker_plugin.values import decode, encode

_DIFF_KINDS = provider_pb2.PropertyDiff.Kind


class DockerProvider(provider_pb2_grpc.ResourceProviderServicer):
    """Serves Image and the bridged resources; refuses every other type by its name."""

    def __init__(self, log: EngineLog) -> None:
        self._log = log
        self._images = ImageResource()
        self._engine: DockerClient | None = None

    def stop(self) -> None:
        """End what is running on the plugin's behalf, and start nothing more."""
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
            detailedDiff={
                name: provider_pb2.PropertyDiff(kind=_DIFF_KINDS.Value(kind), inputDiff=True)
                for name, kind in changed.items()
            },
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
        news, token = decode(request.news), _token(request)
        if token == IMAGE:
            inputs = self._images.check(news, self._resource_log(request))
            return provider_pb2.CheckResponse(inputs=encode(inputs))
        inputs, failures = _bridged(token).check(
            request.urn.rpartition("::")[2], decode(request.olds), news, _proposal(request)
        )
        if failures:
            return provider_pb2.CheckResponse(
                failures=[provider_pb2.CheckFailure(reason=reason) for reason in failures]
            )
        return provider_pb2.CheckResponse(inputs=encode(inputs))

    @answering
    def Diff(self, request: Any, context: Any) -> Any:
        olds, news, token = decode(request.olds), decode(request.news), _token(request)
        if token == IMAGE:
            kinds = changed_inputs(olds, news)
            return provider_pb2.DiffResponse(
                changes=_changes(kinds), detailedDiff=_detailed(kinds), hasDetailedDiff=bool(kinds)
            )
        service = _bridged(token)
        changed = service.diff(olds, news)
        return provider_pb2.DiffResponse(
            changes=_changes(changed.names),
            detailedDiff=_detailed(changed.detailed),
            hasDetailedDiff=True,
            diffs=changed.names,
            replaces=changed.replaces,
            stables=service.stable_names(changed),
            deleteBeforeReplace=changed.delete_first,
        )

    @answering
    def Create(self, request: Any, context: Any) -> Any:
        inputs, token = decode(request.properties), _token(request)
        if token == IMAGE and request.preview:
            return _created(
                "", self._images.preview(inputs, self._docker, self._resource_log(request))
            )
        if token == IMAGE:
            outputs = self._images.apply(inputs, self._docker, self._resource_log(request))
            return _created(inputs["imageName"], outputs)
        if request.preview:
            return _created("", _bridged(token).preview_create(inputs))
        made = _bridged(token).create(self._docker.api, inputs)
        return _created(made.id, made.properties)

    @answering
    def Read(self, request: Any, context: Any) -> Any:
        token = _token(request)
        if token == IMAGE:
            # The registry and the engine are not asked: what was built is what state says.
            return provider_pb2.ReadResponse(
                id=request.id,
                inputs=request.inputs if request.HasField("inputs") else None,
                properties=request.properties if request.HasField("properties") else None,
            )
        found = _bridged(token).read(
            self._docker.api, request.id, decode(request.inputs), decode(request.properties)
        )
        if found is None:
            return provider_pb2.ReadResponse()
        inputs, properties = found
        return provider_pb2.ReadResponse(
            id=properties["id"], inputs=encode(inputs), properties=encode(properties)
        )

    @answering
    def Update(self, request: Any, context: Any) -> Any:
        olds, news, token = decode(request.olds), decode(request.news), _token(request)
        if token == IMAGE:
            act = self._images.preview if request.preview else self._images.apply
            return _updated(act(news, self._docker, self._resource_log(request)))
        if request.preview:
            return _updated(_bridged(token).preview_update(olds, news))
        return _updated(_bridged(token).update(self._docker.api, request.id, olds, news))

    @answering
    def Delete(self, request: Any, context: Any) -> Any:
        token = _token(request)
        if token != IMAGE:
            properties = decode(request.properties)
            _bridged(token).delete(self._docker.api, request.id, properties)
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

    @property
    def _docker(self) -> DockerClient:
        if self._engine is None:
            raise PluginError("the docker plugin was asked to work before it was configured")
        return self._engine

    def _resource_log(self, request: Any) -> ResourceLog:
        return ResourceLog(self._log, request.urn)


def _unserved(name: str) -> Callable[[Any, Any, Any], NoReturn]:
    def method(self: Any, request: Any, context: Any) -> NoReturn:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, f"method {name} not implemented")
        raise AssertionError("abort always raises")

    return method


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
    setattr(DockerProvider, _name, _unserved(_name))


def _token(request: Any) -> str:
    # `urn:pulumi:stack::project::parent$type::name`; older engines send no type of its own.
    return request.type or request.urn.split("::")[2].rpartition("$")[2]


def _bridged(token: str) -> BridgedService:
    service = SERVICES.get(token)
    if service is None:
        served = ", ".join(sorted(name.rpartition(":")[2] for name in (IMAGE, *SERVICES)))
        raise PluginError(
            f"the resource type {token} is not served by this stand-in for the docker plugin"
            f" {VERSION}; it serves {served}. Other types need the vendor's plugin:"
            f" `pulumi plugin install resource docker {VERSION}`"
        )
    return service


def _proposal(request: Any) -> str | None:
    if not request.HasField("autonaming"):
        return None
    modes = provider_pb2.CheckRequest.AutonamingOptions
    if request.autonaming.mode == modes.DISABLE:
        raise PluginError(
            f"{request.urn.rpartition('::')[2]} has no `name`, and automatic names are turned off"
            " for this project; give it one"
        )
    return request.autonaming.proposed_name or None


def _changes(found: Iterable[str]) -> Any:
    response = provider_pb2.DiffResponse
    return response.DIFF_SOME if any(True for _ in found) else response.DIFF_NONE


def _detailed(kinds: dict[str, str]) -> dict[str, Any]:
    return {
        path: provider_pb2.PropertyDiff(kind=_DIFF_KINDS.Value(kind))
        for path, kind in kinds.items()
    }


def _created(id: str, properties: dict[str, Any]) -> Any:
    return provider_pb2.CreateResponse(id=id, properties=encode(properties))


def _updated(properties: dict[str, Any]) -> Any:
    return provider_pb2.UpdateResponse(properties=encode(properties))
