"""Errors of the language host that Pulumi shows to the user."""


class HostError(Exception):
    """A request cannot be met; the text names the cause, the place and the way out."""
