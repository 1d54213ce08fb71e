"""The Docker Engine: finding one that answers, or installing and starting Debian's."""

from toolchain.engine.client import Engine, probe
from toolchain.engine.startup import SLOW_SECONDS, ensure

__all__ = ["SLOW_SECONDS", "Engine", "ensure", "probe"]
