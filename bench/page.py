"""What a command that measures writes into a document, between two markers."""

import os
import platform
from pathlib import Path


def write_between(page: Path, command: str, text: str) -> None:
    """Replace what `command`, such as `make bench`, wrote into a page.

    Raises ValueError where the page has no markers of that command.
    """
    first, last = f"<!-- written by {command} -->", f"<!-- end of what {command} writes -->"
    before, found, rest = page.read_text(encoding="utf-8").partition(first)
    _, end, after = rest.partition(last)
    if not (found and end):
        raise ValueError(f"{page} has no markers of `{command}`")
    page.write_text(f"{before}{first}\n{text}\n{last}{after}", encoding="utf-8")


def machine() -> str:
    """Return what a figure was measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}"
