"""Parts of documents that a measurement writes, between two markers."""

from pathlib import Path


def write_part(page: Path, target: str, text: str) -> None:
    """Replace what `make TARGET` wrote into a page before."""
    first, last = f"<!-- written by make {target} -->", f"<!-- end of what make {target} writes -->"
    before, found, rest = page.read_text(encoding="utf-8").partition(first)
    _, end, after = rest.partition(last)
    assert found and end, f"{page} has no markers of `make {target}`"
    page.write_text(f"{before}{first}\n{text}\n{last}{after}", encoding="utf-8")
