"""The part of Pulumi's engine that programs speak to, as it behaves in a test.

Pulumi's own mocks get the inputs of a resource only, and know no deployment before.
"""

from collections.abc import Mapping
from dataclasses import replace
from threading import Lock
from typing import Any

import pulumi
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.mocks import MockMonitor, MockResourceArgs, Mocks
from pulumi.runtime.proto import resource_pb2

from ..checks.finding import UNKNOWN
from .answers import Answers
from .changes import differences, kept, predecessor
from .errors import DuplicateResource, UnsupportedFeature
from .requests import Requests
from .resource import Resource
from .values import Values, decoded, encoded, secret

ROOT_STACK = "pulumi:pulumi:Stack"
_REFERENCE = "pulumi:pulumi:StackReference"
_GET_RESOURCE = "pulumi:pulumi:getResource"


class _NoMocks(Mocks):
    """Is never asked: the monitor answers itself."""

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        raise NotImplementedError

    def new_resource(self, args: MockResourceArgs) -> Any:
        raise NotImplementedError


class Monitor(MockMonitor):
    """Records resources with all their options, and answers as providers would."""

    def __init__(
        self,
        requests: Requests,
        answers: Answers,
        before: Mapping[str, Resource],
        *,
        preview: bool,
    ) -> None:
        super().__init__(_NoMocks())
        self._requests = requests
        self.recorded: dict[str, Resource] = {}
        self.exports = Values({}, frozenset())
        self._answers = answers
        self._before = before
        self._preview = preview
        self._lock = Lock()

    def RegisterResource(self, request: Any) -> Any:
        """Record a resource, and return its identity and outputs."""
        if request.type == ROOT_STACK:
            urn = self._requests.urn("", request.type, request.name)
            return resource_pb2.RegisterResourceResponse(urn=urn)
        if request.transforms:
            raise UnsupportedFeature(
                f"{request.type} {request.name} has `transforms`; in tests only "
                "`transformations` are applied"
            )
        resource = self._requests.registered(request, self.recorded, self._before)
        old = predecessor(resource, self._before)
        resource = kept(resource, old)
        outputs = self._outputs(resource, old)
        id_ = "" if self._preview and old is None else _id(resource, outputs)
        resource = replace(resource, id=id_, outputs=outputs)
        self._record(resource)
        answer = struct_pb2.Struct()
        answer.CopyFrom(request.object)
        hidden = resource.additional_secret_outputs
        answer.update(
            encoded({key: secret(out) if key in hidden else out for key, out in outputs.items()})
        )
        return resource_pb2.RegisterResourceResponse(
            urn=resource.urn, id=id_ if resource.is_custom else "", object=answer
        )

    def ReadResource(self, request: Any) -> Any:
        """Record a resource that exists already, and return its state."""
        resource = self._requests.read(request)
        if request.type == _REFERENCE:
            outputs = self._answers.reference(request.id)
        else:
            outputs = self._answers.outputs_of(resource)
        self._record(replace(resource, outputs=outputs))
        answer = struct_pb2.Struct()
        answer.CopyFrom(request.properties)
        answer.update(encoded(outputs))
        return resource_pb2.ReadResourceResponse(urn=resource.urn, properties=answer)

    def Invoke(self, request: Any) -> Any:
        """Return what a provider's function returns."""
        arguments = decoded(request.args).plain
        answer = struct_pb2.Struct()
        if request.tok == _GET_RESOURCE:
            found = self.recorded[arguments["urn"]]
            state = {**found.inputs, **found.outputs}
            answer.update(encoded({"urn": found.urn, "id": found.id, "state": state}))
        else:
            answer.update(encoded(self._answers.result_of(request.tok, arguments)))
        fields: dict[str, Any] = {"return": answer}
        return resource_pb2.ResourceInvokeResponse(**fields)

    def RegisterResourceOutputs(self, request: Any) -> Any:
        """Record the outputs of the stack, or of a component."""
        outputs = decoded(request.outputs)
        with self._lock:
            component = self.recorded.get(request.urn)
            if component is None:
                self.exports = outputs
            else:
                merged = {**component.outputs, **outputs.plain}
                self.recorded[request.urn] = replace(component, outputs=merged)
        return empty_pb2.Empty()

    def _outputs(self, resource: Resource, old: Resource | None) -> dict[str, Any]:
        outputs = self._answers.outputs_of(resource)
        if not self._preview:
            return outputs
        if old is not None and not any(differences(old.inputs, resource.inputs)):
            return dict(old.outputs)
        if not resource.is_custom:
            return {}
        known = ("metadata",) if resource.is_object else ()
        return {key: value if key in known else UNKNOWN for key, value in outputs.items()}

    def _record(self, resource: Resource) -> None:
        with self._lock:
            if resource.urn in self.recorded:
                raise DuplicateResource(
                    f"two resources are called {resource.name} and are {resource.type} of "
                    f"{resource.parent or 'the stack'}; Pulumi refuses the second one"
                )
            self.recorded[resource.urn] = resource


def _id(resource: Resource, outputs: Mapping[str, Any]) -> str:
    if not resource.is_custom:
        return ""
    if isinstance(outputs.get("id"), str):
        return outputs["id"]
    if resource.is_object:
        metadata = outputs.get("metadata", {})
        return "/".join(filter(None, (metadata.get("namespace"), metadata.get("name"))))
    return resource.import_id or f"{resource.name}-id"
