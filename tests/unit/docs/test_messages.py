"""Every message that the documents explain is one that the sources print."""

import re

import pytest

from tests.unit.docs.literals import literals
from tests.unit.docs.pages import Page, rows

_PAGE = Page("docs/troubleshooting.md")
_LEAST_FIXED = 15
"""Characters of a quoted message, apart from what varies: fewer words are found anywhere."""


_SHOWN = [
    ("docs/images.md", "the image … is rebuilt: …"),
    ("docs/images.md", "image not found in the registry; check name and tag"),
    ("docs/images.md", "`docker pull …` asks the same"),
    ("docs/local-clusters.md", "rolling, the node is drained and recreated"),
    ("docs/existing-clusters.md", "now leads to the cluster"),
    ("docs/existing-clusters.md", "To move the stack on purpose, set `uid` of the target"),
]
"""What code blocks show of messages, whole enough to be found in the sources."""


def _quotes() -> list[str]:
    """The message of each row, in which `…` stands for what varies."""
    return [cells[0].strip("`") for cells in rows(_PAGE.section("Messages of Slipway"))]


def _printed(quote: str) -> bool:
    return any(re.search(_pattern(quote), text, re.DOTALL) for text in literals())


def _pattern(quote: str) -> str:
    return ".*".join(map(re.escape, quote.split("…")))


def _nearest(quote: str) -> str:
    """The string of the sources that has most of the words of a quote, and few others."""
    words = set(re.findall(r"\w+", quote))

    def common(text: str) -> float:
        others = set(re.findall(r"\w+", text))
        return len(words & others) / (len(words | others) + 10)

    return max(literals(), key=common).replace("\0", "…")


@pytest.mark.parametrize("quote", _quotes())
def test_a_message_that_is_explained_is_a_string_of_the_sources(quote: str) -> None:
    fixed = "".join(part.strip() for part in quote.split("…"))
    assert len(fixed) >= _LEAST_FIXED, f"the row `{quote}` quotes too little of its message"

    assert _printed(quote), (
        f"{_PAGE.path}: no string literal of the sources has `{quote}`; the nearest is "
        f"`{_nearest(quote)}`. Quote the message as it is now, with `…` for what varies, or "
        "remove the row"
    )


@pytest.mark.parametrize(("page", "quote"), _SHOWN)
def test_a_message_that_a_code_block_shows_is_a_string_of_the_sources(
    page: str, quote: str
) -> None:
    shown = "\n".join(block.text for block in Page(page).blocks)

    assert re.search(_pattern(quote), shown), f"{page} does not show `{quote}`"
    assert _printed(quote), (
        f"{page}: no string literal of the sources has `{quote}`; the nearest is "
        f"`{_nearest(quote)}`"
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
