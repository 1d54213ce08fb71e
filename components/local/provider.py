"""The base of the dynamic providers: how they are named in the state, how they report errors."""

import logging
from typing import Any

from pulumi.dynamic import ResourceProvider, UpdateResult

from .runner import LocalError

Properties = dict[str, Any]

# The state keeps a pickled provider, and `destroy`, which runs no program, unpickles it. A pickle
# by class would name the import path of the class, which differs between a checkout (folder
# `components`) and the installed package (`slipway`). This expression finds whichever is there.
_FIND = (
    "next(getattr(__import__('importlib').import_module(package + '.local.{module}'), '{name}')()"
    " for package in ('components', 'slipway')"
    " for spec in [__import__('importlib.util').util.find_spec(package)]"
    " for folder in (spec and spec.submodule_search_locations or ())"
    " if __import__('os').path.exists(folder + '/local/{module}.py'))"
)


class LocalProvider(ResourceProvider):
    """A dynamic provider without state of its own, pickled by its name in this package."""

    serialize_as_secret_always = False

    def __reduce__(self) -> tuple[Any, ...]:
        module = type(self).__module__.rpartition(".")[2]
        return eval, (_FIND.format(module=module, name=type(self).__name__),)

    def update(self, _id: str, _olds: Properties, _news: Properties) -> UpdateResult:
        """The new properties: the SDK's own method would leave the state without any."""
        return UpdateResult(without_provider(_news))


def without_provider(properties: Properties) -> Properties:
    """The properties without the pickled provider that the SDK keeps among them."""
    return {key: value for key, value in properties.items() if not key.startswith("__")}


def without(properties: Properties, *keys: str) -> Properties:
    """The properties without the provider and without what does not belong into the state."""
    kept = without_provider(properties)
    return {key: value for key, value in kept.items() if key not in keys}


class _Expected(logging.Filter):
    """Drops the server's traceback of errors that already are one message in words."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        return not (kind and issubclass(kind, LocalError))


logging.getLogger("grpc._server").addFilter(_Expected())
