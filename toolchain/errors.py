"""The error of set-up, and its printed form."""


class ToolchainError(Exception):
    """A failure of set-up, as the user reads it.

    ``message`` names what is wrong, where and why; ``fix`` is the next command or action.
    """

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(f"{message}\n  next: {fix}")
        self.message = message
        self.fix = fix


class Interrupted(Exception):
    """Work that ended because another step failed or the user pressed Ctrl-C."""
