"""A hook that waits until a new address on this machine answers.

Nodes learn of a new Service a moment after it is created; until then, connections to its port are
accepted by Docker, and closed. Load balancers take minutes: `make up` waits for those.
"""

import asyncio
import http.client
import time
import urllib.error
from urllib.parse import urlsplit

import pulumi

from ..machine.proxies import is_loopback, opener
from .hooks import after_create

_LIMIT_SECONDS = 10.0
_PAUSE_SECONDS = 0.1


def first_answer_hook(name: str, url: pulumi.Input[str]) -> pulumi.ResourceHookBinding:
    """Return the hook after the creation of the Service that leads from `url` to the pods.

    Whatever answers ends the waiting, and so do 10 seconds: the pods are known to serve.
    """

    async def wait(hook: pulumi.ResourceHookArgs) -> None:
        del hook
        address = await pulumi.Output.from_input(url).future()
        if address is not None and is_loopback(urlsplit(address).hostname):
            await asyncio.to_thread(wait_for_answer, address)

    return after_create(f"{name}-first-answer", wait)


def wait_for_answer(url: str) -> None:
    """Ask the address until it answers, for 10 seconds at most."""
    deadline = time.monotonic() + _LIMIT_SECONDS
    client = opener(url)
    while time.monotonic() < deadline:
        try:
            client.open(url, timeout=_LIMIT_SECONDS).close()
        except (urllib.error.HTTPError, http.client.BadStatusLine) as answer:
            if not isinstance(answer, http.client.RemoteDisconnected):
                return  # an error, or another protocol: something answers
        except OSError:
            pass  # refused, reset or closed
        else:
            return
        time.sleep(_PAUSE_SECONDS)
