"""Errors as gRPC answers: one message each, never a stack trace."""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from standins.docker_plugin.errors import CreatedButFailed, PluginError
from standins.docker_plugin.stubs import grpc, provider_pb2, status_pb2
from standins.docker_plugin.values import encode

Method = TypeVar("Method", bound=Callable[..., Any])
_DETAILS_KEY = "grpc-status-details-bin"


def answering(method: Method) -> Method:
    """Wrap a servicer's method: what it raises becomes the status of the call."""

    @functools.wraps(method)
    def wrapper(self: Any, request: Any, context: Any) -> Any:
        try:
            return method(self, request, context)
        except CreatedButFailed as error:
            context.set_trailing_metadata(((_DETAILS_KEY, _initialization_details(error)),))
            message = str(error)
        except PluginError as error:
            message = str(error)
        except Exception as error:  # noqa: BLE001
            # The boundary of the process: whatever it is, the user gets one message.
            message = _unforeseen(error, method.__name__)
        context.abort(grpc.StatusCode.UNKNOWN, message)
        raise AssertionError("abort always raises")

    return wrapper  # pyright: ignore[reportReturnType]


def _unforeseen(error: Exception, method: str) -> str:
    if isinstance(error, OSError) or type(error).__module__.partition(".")[0] == "urllib3":
        return (
            f"the Docker Engine stopped answering in the middle of {method} ({error});"
            " see that it runs (`docker info`), then run the same command again"
        )
    return (
        f"the stand-in for the docker plugin failed in {method}:"
        f" {type(error).__name__}: {error}; please report this"
    )


def _initialization_details(error: CreatedButFailed) -> bytes:
    """Return the status that makes Pulumi keep the half-made resource in its state."""
    detail = provider_pb2.ErrorResourceInitFailed(
        id=error.id, properties=encode(error.properties), reasons=[str(error)]
    )
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(error))
    status.details.add().Pack(detail)
    return status.SerializeToString()
