"""The backend in which Pulumi keeps a checkout's stacks: for the wrapper, commands and doctor.

Pulumi reads PULUMI_BACKEND_URL, then `backend` of Pulumi.yaml, then the login in PULUMI_HOME. The
wrapper of `pulumi` sets the variable to the checkout's folder where none of the three applies; it
runs this file alone, before every command, so this imports little, and the standard library only.
"""

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

VARIABLE = "PULUMI_BACKEND_URL"

# Read as text: there may be no Python environment with a YAML parser yet.
_BLOCK = re.compile(
    r"^[\"']?backend[\"']?[ \t]*:(.*\n?(?:(?:[ \t].*)?\n)*(?:[ \t].*)?)", re.MULTILINE
)
_URL = re.compile(r"(?:^|[\s{,])[\"']?url[\"']?[ \t]*:[ \t]*[\"']?([^\s\"'},]+)")
_COMMENT = re.compile(r"(?:^|\s)#.*")
_ENCRYPTED = "$pulumiSecureStore"
_LOGINS = ("login", "logout")


class Backend(NamedTuple):
    """The URL of a backend and what sets it; no URL where only Pulumi can read it."""

    url: str | None
    source: str
    is_own: bool = False

    def state_folder(self, root: Path) -> Path | None:
        """Return the folder `.pulumi` of a file backend; None for another one.

        A relative path starts at ``root``, where commands run Pulumi.
        """
        scheme, _, rest = (self.url or "").partition("://")
        if scheme != "file":
            return None
        place = Path(rest.partition("?")[0])  # what follows are options, such as ?metadata=skip
        return root / place.expanduser() / ".pulumi"


def select(root: Path, project: Path, environment: Mapping[str, str] = os.environ) -> Backend:
    """Return the backend of the project around the folder ``project`` for the checkout ``root``.

    A login counts in the checkout's own PULUMI_HOME: one in ~/.pulumi was made for other projects,
    and stacks must not move there. An empty variable leaves all to Pulumi, that login included.
    """
    given = environment.get(VARIABLE)
    if given:
        return Backend(given, VARIABLE)
    if url := _of_project(project):
        return Backend(url, "`backend` of Pulumi.yaml")
    if given is not None or _has_own_login(root, environment):
        home = environment.get("PULUMI_HOME") or root / ".slipway" / "pulumi"
        folder = Path(environment.get("PULUMI_CREDENTIALS_PATH") or home)
        if login := _of_login(folder / "credentials.json"):
            return login
        if given is not None:
            return Backend(None, f"nothing, as {VARIABLE} is empty")
    return Backend(f"file://{root}/.slipway/state", "the checkout", is_own=True)


def url_to_set(
    root: Path, words: Sequence[str], environment: Mapping[str, str] = os.environ
) -> str:
    """Return the value of the variable for `pulumi WORDS`; empty where it must not be set."""
    project, command, rest = Path.cwd(), "", iter(words)
    for word in rest:
        if word in ("-C", "--cwd"):
            project /= next(rest, "")
        elif word.startswith("--cwd="):
            project /= word.partition("=")[2]
        elif not command and not word.startswith("-"):
            command = word
    # With the variable set, Pulumi warns of the login: rightly where it does not count.
    if command in _LOGINS and _has_own_login(root, environment):
        return ""
    backend = select(root, project, environment)
    return str(backend.url) if backend.is_own else ""


def _has_own_login(root: Path, environment: Mapping[str, str]) -> bool:
    """Return whether a login is kept in the checkout, and not in a home of the user's."""
    own = str(root / ".slipway" / "pulumi")
    named = {environment.get(name) or own for name in ("PULUMI_HOME", "PULUMI_CREDENTIALS_PATH")}
    return named == {own}


def _of_project(folder: Path) -> str | None:
    """Return the backend that the nearest Pulumi.yaml names, from ``folder`` upwards."""
    for place in (folder, *folder.parents):
        try:
            text = (place / "Pulumi.yaml").read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, UnicodeDecodeError):
            return None  # Pulumi reports it
        block = _BLOCK.search(text)
        lines = (_COMMENT.sub("", line) for line in block[1].splitlines()) if block else ()
        url = _URL.search("\n".join(lines))
        return url[1] if url else None
    return None


def _of_login(file: Path) -> Backend | None:
    """Return the backend of `pulumi login`; without its URL where the file is encrypted."""
    source = "`pulumi login`"
    try:
        document: Any = json.loads(file.read_text(encoding="utf-8") or "{}")
        if _ENCRYPTED in document:
            return Backend(None, source)
        current = document.get("current")
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError):
        return Backend(None, source)  # Pulumi reports it
    return Backend(str(current), source) if current else None


if __name__ == "__main__":
    print(url_to_set(Path(sys.argv[1]), sys.argv[2:]))
