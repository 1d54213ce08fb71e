"""A display of steps for tests, which a child process can import at little cost."""

from toolchain.setup.graph import Step


class Log:
    """A display that remembers, and says how many steps ran at a time."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.running = 0
        self.most = 0

    def started(self, step: Step) -> None:
        self.lines.append(f"+{step.name}")
        self.running += 1
        self.most = max(self.most, self.running)

    def ended(self, step: Step, seconds: float) -> None:
        self.lines.append(f"-{step.name}")
        self.running -= 1

    def tick(self) -> None:
        return

    def say(self, text: str) -> None:
        self.lines.append(text)
