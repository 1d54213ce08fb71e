"""The projects of the live tests: one of them has the cluster for all examples."""

from tests.live.conftest import project_of

__all__ = ["project_of"]
