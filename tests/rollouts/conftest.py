"""The deployed project of the live tests, and stacks on its cluster."""

from tests.live.conftest import first_up, guest, live, project_of

__all__ = ["first_up", "guest", "live", "project_of"]
