"""The request to end, for work that waits."""

import threading

from standins.docker_plugin.errors import PluginError


class Stopping:
    """Request to end the plugin, which is never taken back."""

    def __init__(self) -> None:
        self._requested = threading.Event()

    def request(self) -> None:
        self._requested.set()

    def pause(self, seconds: float) -> None:
        """Wait; raise PluginError as soon as the plugin has to end."""
        if self._requested.wait(seconds):
            raise PluginError("the wait was ended because the update was cancelled")
