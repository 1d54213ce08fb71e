"""A controller that applies a Git repository, in the cluster of a project."""

from typing import Protocol

FOLDER = "production"
"""Folder of the rendered files in the repository."""


class Controller(Protocol):
    """Installed when it is made; returns when it runs."""

    name: str
    """What messages call the object that describes its work."""

    def follow(self, name: str, url: str) -> None:
        """Have it apply the folder of a repository, and look every few seconds."""
        ...

    def lose(self, name: str, url: str) -> str:
        """Have it follow a repository that is not there, and return what messages name then."""
        ...
