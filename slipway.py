"""The package `components` under the name that it has where it is installed.

The state of every stack names it so: see docs/decisions.
"""

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType

import components
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
        return ModuleSpec(fullname, self) if fullname.startswith(_PREFIX) else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Return the module below `components`."""
        module = importlib.import_module(f"components.{spec.name.removeprefix(_PREFIX)}")
        spec.loader_state = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Give the module, which has run, its own specification again."""
        renamed = module.__spec__
        module.__spec__ = renamed.loader_state if renamed else None


sys.meta_path.insert(0, _Renamed())
sys.modules[__name__] = components
