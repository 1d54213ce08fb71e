"""The one error of this package."""


class CommandError(Exception):
    """What went wrong, and the next command; `code` is what the process exits with."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code
