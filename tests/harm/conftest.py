"""The deployed project of the live tests."""

from tests.live.conftest import first_up, project_of

__all__ = ["first_up", "project_of"]
