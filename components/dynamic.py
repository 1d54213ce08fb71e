"""The base of the dynamic providers: their names in the state, their inputs, their steps.

https://www.pulumi.com/docs/iac/concepts/resources/dynamic-providers/
"""

import base64
import importlib
import logging
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, Self, TypeVar

import pulumi
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ResourceProvider,
    UpdateResult,
)
from pydantic import BaseModel, ConfigDict, ValidatorFunctionWrapHandler, field_validator
from pydantic.alias_generators import to_camel

from .machine.runner import LocalError, Runner

Properties = dict[str, Any]

_MODULES = {
    "Allocation": "allocation",
    "BuildContext": "image.build_context",
    "ClusterIdentity": "targets.identity",
    "ContentHistory": "app.content_history",
    "Delivery": "registry.delivery",
    "ExistingImage": "image.existing",
    "HashKey": "targets.hash_key",
    "ImageUser": "image.user",
    "ImmutableFields": "app.immutable.guard",
    "KindCluster": "kind.cluster",
    "KindNodes": "kind.nodes",
    "LockFile": "lock_file",
    "MinikubeNodes": "minikube.nodes",
    "MinikubeProfile": "minikube.profile",
    "NamespaceRemoval": "targets.namespace_removal",
    "NodePulls": "targets.node_pulls",
    "Ownership": "targets.ownership",
    "PushedImage": "registry.pushed_image",
    "RegistryEndpoint": "registry.endpoint",
    "StackIdentity": "targets.stack_identity",
}
"""Where the provider of each resource is, below this package."""


def find_provider(resource: str) -> "DynamicProvider[Any]":
    """Return the provider of a resource, such as `KindCluster`.

    The state holds a call of this function, so that code may move. Raises LocalError for a
    resource that this version does not have.
    """
    module = _MODULES.get(resource)
    if module is None:
        raise LocalError(
            f"the state has a resource {resource}, which this version of Slipway does not have; "
            "next: use the version that deployed the stack (`pulumi stack --show-urns` lists it)"
        )
    package = __name__.partition(".")[0]
    found = importlib.import_module(f"{package}.{module}")
    return getattr(found, f"{resource}Provider")()


# `destroy` runs no program and imports this by the name in the state: the installed package's,
# which a checkout has too (slipway.py).
find_provider.__module__ = "slipway"


class Inputs(BaseModel):
    """The properties of a resource as its provider sees them, parsed where they enter.

    Numbers cross Pulumi as floats and become what the fields say; what is not known yet in a
    preview stays as it is. The outputs that a state has beside the inputs may be fields too.
    """

    model_config = ConfigDict(
        extra="ignore", frozen=True, alias_generator=to_camel, populate_by_name=True
    )

    @field_validator("*", mode="wrap")
    @classmethod
    def _unknown_passes(cls, value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
        return value if pulumi.contains_unknowns(value) else validate(value)

    @classmethod
    def parse(cls, properties: Properties) -> Self:
        """Return properties, with camelCase keys as Pulumi has them, as an object.

        Pulumi leaves out what is None.
        """
        required = [field.alias for field in cls.model_fields.values() if field.is_required()]
        return cls.model_validate({**dict.fromkeys(filter(None, required)), **properties})


@dataclass(frozen=True)
class Preflight:
    """What `check` finds: inputs that it fills in, and why the inputs are refused."""

    filled: Properties = field(default_factory=dict[str, Any])
    failures: list[CheckFailure] = field(default_factory=list[CheckFailure])


InputsT = TypeVar("InputsT", bound=Inputs)


class DynamicProvider(ResourceProvider, Generic[InputsT]):
    """A dynamic provider without state of its own, pickled by the name of its resource.

    A subclass names its `inputs` and says what it is to `ensure`, and whether that `is_current`;
    all of that is idempotent. Those with rules of their own for a step override the SDK's method.
    """

    serialize_as_secret_always = False

    inputs: ClassVar[type[Inputs]] = Inputs
    """Class of the inputs, which every step gets parsed."""

    outputs: ClassVar[frozenset[str]] = frozenset()
    """Properties that `preflight` or `ensure` fill in; a difference in them is no change."""

    secret_inputs: ClassVar[frozenset[str]] = frozenset()
    """Inputs that the work needs and the state does not keep: credentials. They may change."""

    runner = Runner()
    """Runs commands on this machine."""

    def __reduce__(self) -> tuple[Any, ...]:
        return find_provider, (type(self).__name__.removesuffix("Provider"),)

    def preflight(self, olds: InputsT | None, news: InputsT) -> Preflight:
        """Look, without a change, whether the inputs can be had; runs in previews too."""
        del olds, news
        return Preflight()

    def identify(self, news: InputsT) -> str:
        """Return the id of the resource."""
        raise NotImplementedError

    def ensure(self, news: InputsT, olds: InputsT | None) -> Properties:
        """Make or change what the resource stands for, and return the outputs.

        Raises LocalError.
        """
        del news, olds
        return {}

    def is_current(self, news: InputsT, olds: InputsT) -> bool:
        """Return whether what the resource stands for is as it should be, beside its inputs."""
        del news, olds
        return True

    def remove(self, olds: InputsT) -> None:
        """Remove what the resource stands for.  Raises LocalError."""
        del olds

    def configure(self, req: ConfigureRequest) -> None:
        """Prepare the process that serves the provider: errors in words need no traceback."""
        logger = logging.getLogger("grpc._server")
        if not any(isinstance(each, _Expected) for each in logger.filters):
            logger.addFilter(_Expected())

    def check(self, _olds: Properties, news: Properties) -> CheckResult:
        if _is_of_earlier_version(_olds):
            return CheckResult(news, [CheckFailure("", _EARLIER_VERSION)])
        result = self.preflight(self._parse(_olds) if _olds else None, self._parse(news))
        kept = {key: value for key, value in news.items() if key not in self.outputs}
        return CheckResult({**kept, **result.filled}, result.failures)

    def diff(self, _id: str, _olds: Properties, _news: Properties) -> DiffResult:
        changed = self.compared(_olds) != self.compared(_news)
        return DiffResult(changes=changed or not self._is_current(_news, _olds))

    def create(self, props: Properties) -> CreateResult:
        news = self._parse(props)
        made = self.ensure(news, None)
        return CreateResult(self.identify(news), {**self.kept(props), **made})

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        made = self.ensure(self._parse(_news), self._parse(_olds))
        return UpdateResult({**self.kept(_news), **made})

    def delete(self, _id: str, _props: Properties) -> None:
        self.remove(self._parse(_props))

    def compared(self, properties: Properties) -> Properties:
        """Return the properties in which a difference is a change."""
        return without(properties, *self.outputs, *self.secret_inputs)

    def kept(self, properties: Properties) -> Properties:
        """Return the properties that the state keeps."""
        return without(properties, *self.secret_inputs)

    def _parse(self, properties: Properties) -> InputsT:
        return self.inputs.parse(properties)  # pyright: ignore[reportReturnType]

    def _is_current(self, news: Properties, olds: Properties) -> bool:
        return self.is_current(self._parse(news), self._parse(olds))


def without(properties: Properties, *keys: str) -> Properties:
    """Return the properties without these, and without the provider that the SDK keeps in them."""
    return {
        key: value
        for key, value in properties.items()
        if key not in keys and not key.startswith("__")
    }


REPLACED_BY_DELETION = pulumi.ResourceOptions(delete_before_replace=True)
"""Options of a resource whose `remove` would undo what `ensure` of its replacement has done."""

_PROVIDER = "__provider"
_EARLIER_VERSION = (
    "the state of this stack is of an earlier version of Slipway, which named providers by the "
    "places of their code; nothing was changed. next: `make up` upgrades the state, or destroy "
    "the stack with the version that deployed it"
)


def _is_of_earlier_version(olds: Properties) -> bool:
    pickled = olds.get(_PROVIDER)
    if not isinstance(pickled, str):
        return False
    return find_provider.__name__.encode() not in base64.b64decode(pickled)


class _Expected(logging.Filter):
    """Drops the server's traceback of errors that already are one message in words."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        return not (kind and issubclass(kind, LocalError))
