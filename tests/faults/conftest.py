"""The projects of the live tests, for clusters of every size."""

from tests.live.conftest import project_of

__all__ = ["project_of"]
