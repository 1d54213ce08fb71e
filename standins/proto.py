"""Pulumi's gRPC modules without Pulumi's SDK.

`import pulumi` runs the whole SDK and takes about twice as long as all else that a plugin does
to start; a plugin starts at every command and needs only the generated modules. Those import
nothing of the SDK and each other relatively, so they load from the SDK's folder under a package
name of their own. The SDK can still be imported beside them: protobuf accepts the same
descriptor twice.
"""

import importlib
import sys
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from typing import Any

_PACKAGE = "_pulumi_proto"


def load(module: str) -> Any:
    """Return a generated module of the SDK, such as `language_pb2` or `language_pb2_grpc`.

    Raises ImportError when this interpreter has no Pulumi SDK.
    """
    if _PACKAGE not in sys.modules:
        package = ModuleSpec(_PACKAGE, None, is_package=True)
        package.submodule_search_locations = [str(_folder())]
        sys.modules[_PACKAGE] = module_from_spec(package)
    return importlib.import_module(f"{_PACKAGE}.{module}")


def _folder() -> Path:
    found = find_spec("pulumi")
    if found is None or not found.submodule_search_locations:
        raise ImportError(f"{sys.executable} has no package pulumi; run `make setup`")
    return Path(found.submodule_search_locations[0]) / "runtime" / "proto"
