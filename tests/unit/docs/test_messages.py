"""Every message that the documents explain is one that the sources print."""

import re

import pytest

from tests.unit.docs.literals import literals
from tests.unit.docs.pages import Page, rows

_PAGE = Page("docs/troubleshooting.md")
_LEAST_FIXED = 15
"""Characters of a quoted message, apart from what varies: fewer words are found anywhere."""


def _quotes() -> list[str]:
    """The message of each row, in which `…` stands for what varies."""
    return [cells[0].strip("`") for cells in rows(_PAGE.section("Messages of Slipway"))]


def _printed(quote: str) -> bool:
    words = ".*".join(map(re.escape, quote.split("…")))
    return any(re.search(words, text, re.DOTALL) for text in literals())


@pytest.mark.parametrize("quote", _quotes())
def test_a_message_that_is_explained_is_a_string_of_the_sources(quote: str) -> None:
    fixed = "".join(part.strip() for part in quote.split("…"))
    assert len(fixed) >= _LEAST_FIXED, f"the row `{quote}` quotes too little of its message"

    assert _printed(quote), (
        f"{_PAGE.path}: no string literal of the sources has `{quote}`; quote the message as it "
        "is now, with `…` for what varies, or remove the row"
    )


def test_every_row_quotes_one_message_alone() -> None:
    cells = [cells[0] for cells in rows(_PAGE.section("Messages of Slipway"))]

    assert len(cells) > 20
    assert [cell for cell in cells if not re.fullmatch(r"`[^`]+`", cell)] == []
    assert len(set(cells)) == len(cells)


@pytest.mark.parametrize(
    "quote",
    [
        "the Docker Engine never answers",
        "is ready, but leads to … the Docker Engine",
        "Messages of Slipway",
        "The message of each row, in which",
    ],
)
def test_a_message_that_nothing_prints_is_noticed(quote: str) -> None:
    assert not _printed(quote)
