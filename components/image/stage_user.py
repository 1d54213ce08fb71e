"""The numeric user of a build, from its Dockerfile: where the image itself is not looked up.

https://docs.docker.com/reference/dockerfile/#user
"""

import re

from .instructions import instructions

_FROM = re.compile(r"FROM\s+(?:--\S+\s+)*(\S+)(?:\s+AS\s+(\S+))?\s*", re.IGNORECASE)
_NUMERIC = re.compile(r"([1-9]\d{0,9})(?::(?:([1-9]\d{0,9})|\S+))?")


def stage_user(dockerfile: str, stage: str | None) -> tuple[int, int] | None:
    """Return user and group of the image that a build makes, whose last stage is `stage`.

    The group is the user's number unless given by number. None where the Dockerfile does not say
    it: no `USER`, one by name or by an argument, or root.
    """
    users: dict[str, str | None] = {}
    user: str | None = None
    names: list[str] = []
    for each in instructions(dockerfile.splitlines()):
        if each.name == "FROM" and (match := _FROM.fullmatch(each.text.strip())):
            if stage is not None and stage.lower() in names:
                break
            # A stage begins with what the one that it is made from ends with.
            user = users.get(match[1].lower())
            number = sum(name.isdecimal() for name in users)
            names = [str(number), *([match[2].lower()] if match[2] else [])]
            users |= dict.fromkeys(names, user)
        elif each.name == "USER":
            user = each.text.split(maxsplit=1)[-1].strip()
            users |= dict.fromkeys(names, user)
    if stage is not None and stage.lower() not in names:
        return None
    numeric = _NUMERIC.fullmatch(user or "")
    return None if numeric is None else (int(numeric[1]), int(numeric[2] or numeric[1]))
