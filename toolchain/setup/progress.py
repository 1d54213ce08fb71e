"""Progress of a set-up: bars on a terminal, lines elsewhere."""

import sys
from collections.abc import Sequence
from typing import Any, Self, TextIO

from toolchain.setup.forecast import Forecast
from toolchain.setup.graph import Step, Watch

# A step this short is not worth a line of its own when it begins.
_SHORT_SECONDS = 5.0


def watch_for(steps: Sequence[Step], stream: TextIO = sys.stdout) -> "Lines":
    """Return the display for the stream; rich exists once the Python environment does."""
    if stream.isatty():
        try:
            return Bars(steps, stream)
        except ImportError:
            pass
    return Lines(steps, stream)


class Lines(Watch):
    """One line for each step that begins or ends, with the time left."""

    def __init__(self, steps: Sequence[Step], stream: TextIO) -> None:
        self._forecast = Forecast(steps)
        self._stream = stream
        self._total = len(steps)
        self._done = 0

    def __enter__(self) -> Self:
        if self._total:
            self.say(f"{self._total} steps, {duration(self._forecast.seconds())} or so")
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.flush()

    def started(self, step: Step) -> None:
        self._forecast.started(step)
        if step.seconds > _SHORT_SECONDS:
            self.say(f"started   {step.title}")

    def ended(self, step: Step, seconds: float) -> None:
        self._forecast.ended(step)
        self._done += 1
        left = self._forecast.seconds()
        more = f", {duration(left)} left" if self._done < self._total else ""
        self.say(f"{self._done:>3}/{self._total:<3}   {step.title}: {duration(seconds)}{more}")

    def tick(self) -> None:
        return

    def say(self, text: str) -> None:
        print(text, file=self._stream, flush=True)


class Bars(Lines):
    """Running steps, overall progress and the time left, redrawn in place."""

    def __init__(self, steps: Sequence[Step], stream: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        super().__init__(steps, stream)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}"),
            console=Console(file=stream),
            transient=True,
        )
        self._whole = self._progress.add_task("set-up", total=float(max(self._total, 1)), left="")
        self._tasks: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        self.tick()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def started(self, step: Step) -> None:
        self._forecast.started(step)
        self._tasks[step.name] = self._progress.add_task(step.title, total=step.seconds, left="")
        self.tick()

    def ended(self, step: Step, seconds: float) -> None:
        self._progress.remove_task(self._tasks.pop(step.name))
        super().ended(step, seconds)
        self._progress.update(self._whole, completed=self._done)
        self.tick()

    def tick(self) -> None:
        left = f"{duration(self._forecast.seconds())} left"
        self._progress.update(self._whole, left=left)
        for task in self._progress.tasks:
            if task.id != self._whole and task.total:
                # A step that takes longer than expected is not done, so its bar never is.
                share = min((task.elapsed or 0.0) / task.total, 0.99)
                self._progress.update(task.id, completed=share * task.total)

    def say(self, text: str) -> None:
        self._progress.console.print(text, highlight=False, markup=False)


def duration(seconds: float) -> str:
    """Return a time in words: 8 s, 3 min 20 s."""
    whole = round(seconds)
    if whole < 1:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
