"""Answers of providers and of other stacks in a test."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from .errors import UnansweredCall
from .resource import Resource
from .values import Secret

Outputs = Mapping[str, Any] | Callable[[Resource], Mapping[str, Any]]
"""Outputs beside the inputs, or a function that returns those of a resource."""

Result = Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Result of a provider's function, or a function of its arguments."""

_YAML = "kubernetes:yaml:decode"
_CLUSTER_WIDE = ("Namespace", "ClusterRole", "ClusterRoleBinding", "CustomResourceDefinition")


@dataclass(frozen=True)
class Answers:
    """Answers that the test gives, by type token, function token and name of the stack."""

    outputs: Mapping[str, Outputs] = field(default_factory=dict[str, Outputs])
    calls: Mapping[str, Result] = field(default_factory=dict[str, Result])
    references: Mapping[str, Mapping[str, Any]] = field(
        default_factory=dict[str, Mapping[str, Any]]
    )

    def outputs_of(self, resource: Resource) -> dict[str, Any]:
        """Return what a provider adds to the inputs of a resource."""
        given = self.outputs.get(resource.type, {})
        made = dict(given(resource) if callable(given) else given)
        if resource.is_object and "metadata" not in made:
            made["metadata"] = _metadata(resource)
        return made

    def result_of(self, token: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the result of a provider's function.  Raises UnansweredCall without one."""
        if token in self.calls:
            given = self.calls[token]
            return given(arguments) if callable(given) else given
        if token == _YAML:
            documents: Iterable[Any] = yaml.safe_load_all(arguments["text"])
            return {"result": [each for each in documents if each]}
        raise UnansweredCall(
            f"the program calls {token} with {sorted(arguments)}; give the result: "
            f"deploy(…, calls={{{token!r}: {{…}}}})"
        )

    def reference(self, stack: str) -> dict[str, Any]:
        """Return the state of a reference to a stack.  Raises UnansweredCall without outputs."""
        if stack not in self.references:
            raise UnansweredCall(
                f"the program reads the outputs of the stack {stack!r}; give them: "
                f"deploy(…, references={{{stack!r}: {{…}}}})"
            )
        outputs = self.references[stack]
        names = [name for name, value in outputs.items() if isinstance(value, Secret)]
        return {"name": stack, "outputs": dict(outputs), "secretOutputNames": names}


def _metadata(resource: Resource) -> dict[str, Any]:
    """Return an object's metadata with a name, which the provider gives to one without."""
    metadata = dict(resource.get("metadata") or {})
    suffix = hashlib.sha256(resource.urn.encode()).hexdigest()[:8]
    metadata.setdefault("name", metadata.get("generateName") or f"{resource.name}-{suffix}")
    if resource.type.rpartition(":")[2] not in _CLUSTER_WIDE:
        metadata.setdefault("namespace", "default")
    return metadata
