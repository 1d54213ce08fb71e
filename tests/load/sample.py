"""One request of a load, as the generator writes it and the report reads it."""

import json
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True)
class Sample:
    """What became of one request. Times are those of `time.monotonic()`, the same in all processes
    of a machine."""

    load: str
    due: float
    late: float
    """Seconds after `due` at which the generator sent it."""

    seconds: float
    """Seconds from `due` until it was answered, or lost."""

    lost: str = ""
    """The reason why it was never answered; empty if it was."""

    retried: str = ""
    """The reason why it was sent again, as a client may; empty if it was sent once."""

    def line(self) -> str:
        """Return it as a line of JSON."""
        given = {key: value for key, value in asdict(self).items() if value != ""}
        rounded = {k: round(v, 6) if isinstance(v, float) else v for k, v in given.items()}
        return json.dumps(rounded) + "\n"

    @classmethod
    def of(cls, line: str) -> Self:
        """Return the request of a line."""
        return cls(**json.loads(line))
