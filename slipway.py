"""The package `components` under the name that it has where it is installed.

The state of every stack names it so: see docs/decisions.
"""

import importlib
import importlib.util
import sys
from collections.abc import Sequence
from importlib.abc import InspectLoader, Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import CodeType, ModuleType
from typing import TYPE_CHECKING

import components

if TYPE_CHECKING:
    from components import *  # noqa: F403 - for editors and type checkers

_PREFIX = f"{__name__}."


class _Renamed(MetaPathFinder, Loader):
    """Finds `slipway.testing` as the module `components.testing`, which is there once only."""

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        """Return where a module below the package comes from; None for others."""
        spec = _spec_below_components(fullname) if fullname.startswith(_PREFIX) else None
        if spec is None:
            return None
        is_package = spec.submodule_search_locations is not None
        return ModuleSpec(fullname, self, is_package=is_package)

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module below `components`."""
        module = importlib.import_module(_below_components(spec.name))
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give the module, which has run, its own specification again."""
        renamed = module.__spec__
        module.__spec__ = renamed.loader_state if renamed else None

    def get_code(self, fullname: str) -> CodeType | None:
        """Return the code of a module that `python -m` runs."""
        spec = _spec_below_components(fullname)
        found = spec.loader if spec else None
        return found.get_code(spec.name) if spec and isinstance(found, InspectLoader) else None


def _below_components(name: str) -> str:
    return f"{components.__name__}.{name.removeprefix(_PREFIX)}"


def _spec_below_components(name: str) -> ModuleSpec | None:
    return importlib.util.find_spec(_below_components(name))


sys.meta_path.insert(0, _Renamed())
sys.modules[__name__] = components
