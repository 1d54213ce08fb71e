"""The documents keep to the word list of docs/style.md."""

import re

import pytest

from tests.unit.docs.pages import Page, pages, rows

_LIST = Page("docs/style.md")


def _words() -> list[str]:
    return [
        word for cells in rows(_LIST.section("Words")) for word in re.findall("`(.+?)`", cells[0])
    ]


def _of_the_list(text: str) -> list[str]:
    """The words of the list that a text has outside of code, where messages are quoted."""
    plain = " ".join(re.sub(r"`[^`]*`", "", text).split())
    return [word for word in _words() if re.search(rf"\b{word}\b", plain, re.IGNORECASE)]


@pytest.mark.parametrize(
    "page", [page for page in pages() if page != _LIST], ids=lambda page: page.path
)
def test_a_page_has_none_of_the_words_of_the_list(page: Page) -> None:
    assert _of_the_list(page.prose) == [], f"{page.path}: {_LIST.path} has the words to use instead"


def test_a_word_of_the_list_is_noticed() -> None:
    assert len(_words()) > 10
    assert _of_the_list("The node is made\nanew, which `mend` is not.") == ["anew"]
