"""The error of the commands, and its printed form."""


class CommandError(Exception):
    """A failure of a command, as the user reads it.

    `message` names what is wrong, where and why; `fix` is the next command or setting; `code` is
    the exit code of the process. An empty message stands for what Pulumi has already printed.
    """

    def __init__(self, message: str, fix: str = "", code: int = 1) -> None:
        super().__init__(f"{message}\n  next: {fix}" if fix else message)
        self.message = message
        self.code = code
