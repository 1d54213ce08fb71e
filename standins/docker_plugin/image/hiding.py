"""Secrets that must not appear in the output of a build.

Docker does not tell this plugin which build arguments are secret, and BuildKit writes their
values into the titles of its steps. So the values of arguments with a telling name are hidden,
by the words that Docker's own linter looks for, and the registry's password always.
"""

import re
from collections.abc import Callable

from standins.docker_plugin.image.credentials import login_of
from standins.docker_plugin.values import Properties, object_or_empty

MASK = "***"
_TELLING = re.compile(
    r"(^|_)(api_?key|auth|credentials?|key|passw(or)?d|pword|secret|token)(_|$)", re.IGNORECASE
)
_SHORTEST = 4


def hider(inputs: Properties) -> Callable[[str], str]:
    """Return a function that replaces this Image's secret values in a line by `***`."""
    args = object_or_empty(object_or_empty(inputs.get("build")).get("args"))
    values = {value for name, value in args.items() if _TELLING.search(name)}
    login = login_of(inputs.get("registry"))
    if login:
        values.add(login[1])
    # A value of two or three characters would be hidden in every other word.
    hidden = sorted((value for value in values if len(value) >= _SHORTEST), key=len, reverse=True)

    def hide(line: str) -> str:
        for value in hidden:
            line = line.replace(value, MASK)
        return line

    return hide
