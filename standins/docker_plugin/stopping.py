"""The word to end, for work that waits."""

import threading

from standins.docker_plugin.errors import PluginError


class Stopping:
    """Whether the plugin was told to end. Once told, it stays so."""

    def __init__(self) -> None:
        self._told = threading.Event()

    def tell(self) -> None:
        self._told.set()

    def pause(self, seconds: float) -> None:
        """Wait; raise PluginError as soon as the plugin is told to end."""
        if self._told.wait(seconds):
            raise PluginError("the wait was ended because the update was cancelled")
