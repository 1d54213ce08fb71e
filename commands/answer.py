"""Whether an application answers."""

import time
import urllib.error
import urllib.request

from commands.errors import CommandError

_PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.2


def wait_for_answer(url: str, patience: float = _PATIENCE_SECONDS) -> None:
    """Wait until `url` answers below 500.  Raises CommandError after `patience` seconds."""
    end = time.monotonic() + patience
    while True:
        try:
            with urllib.request.urlopen(url, timeout=max(1.0, end - time.monotonic())):
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
            reason = f"HTTP {error.code}"
        except OSError as error:
            reason = str(getattr(error, "reason", error))
        if time.monotonic() > end:
            raise CommandError(
                f"deployed, but {url} does not answer within {patience:g} s: {reason}\n"
                "  next: make status"
            )
        time.sleep(_PAUSE_SECONDS)
