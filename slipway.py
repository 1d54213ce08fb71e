"""The package `components` under the name that it has where it is installed.

The state of every stack names it so: see docs/decisions.
"""

import sys
from typing import TYPE_CHECKING

import components

if TYPE_CHECKING:
    from components import *  # noqa: F403 - for editors and type checkers

sys.modules[__name__] = components
