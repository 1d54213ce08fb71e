"""Pulumi's messages from and to plain values."""

from collections.abc import Callable, Collection
from typing import Any, NoReturn

from standins.docker_plugin.bridged.naming import Naming
from standins.docker_plugin.stubs import grpc, provider_pb2
from standins.docker_plugin.values import encode


def token_of(request: Any) -> str:
    """Return the resource's type token, such as `docker:index/image:Image`."""
    # `urn:pulumi:stack::project::parent$type::name`; older engines send no type of its own.
    return request.type or request.urn.split("::")[2].rpartition("$")[2]


def naming_of(request: Any) -> Naming:
    """Return how a Check request wants unnamed things to be named."""
    if not request.HasField("autonaming"):
        return Naming()
    disabled = provider_pb2.CheckRequest.AutonamingOptions.DISABLE
    return Naming(request.autonaming.proposed_name or None, request.autonaming.mode == disabled)


def changes(found: Collection[str]) -> Any:
    """Return whether there is any difference, in the words of a DiffResponse."""
    response = provider_pb2.DiffResponse
    return response.DIFF_SOME if found else response.DIFF_NONE


def detailed(kinds: dict[str, str], *, of_inputs: bool = False) -> dict[str, Any]:
    """Return the differences by path; `of_inputs` says that inputs were compared with inputs."""
    values = provider_pb2.PropertyDiff.Kind
    return {
        path: provider_pb2.PropertyDiff(kind=values.Value(kind), inputDiff=of_inputs)
        for path, kind in kinds.items()
    }


def created(id: str, properties: dict[str, Any]) -> Any:
    return provider_pb2.CreateResponse(id=id, properties=encode(properties))


def updated(properties: dict[str, Any]) -> Any:
    return provider_pb2.UpdateResponse(properties=encode(properties))


def unserved(name: str) -> Callable[[Any, Any, Any], NoReturn]:
    """Return a servicer's method that says, without a stack trace, that it is not there."""

    def method(self: Any, request: Any, context: Any) -> NoReturn:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, f"method {name} not implemented")
        raise AssertionError("abort always raises")

    return method
