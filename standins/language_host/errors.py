"""What the language host says when it cannot do what the engine asks."""


class HostError(Exception):
    """A request cannot be met; the text names the cause, the place and the way out."""
