"""The one kind of error that set-up shows to a person."""


class ToolchainError(Exception):
    """A cause in words, with its place, and the command that mends it.

    ``message`` names what went wrong and where; ``mend`` is the next command or action.
    """

    def __init__(self, message: str, mend: str) -> None:
        super().__init__(f"{message}\n  next: {mend}")
        self.message = message
        self.mend = mend


class Interrupted(Exception):
    """Work was ended because another step failed or the user pressed Ctrl-C."""
