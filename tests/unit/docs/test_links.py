"""Every link leads somewhere, and every page can be found from the README."""

from pathlib import Path

import pytest

from tests.unit.docs.pages import ROOT, Page, pages

_LINKS = [(page, link) for page in pages() for link in page.links if "://" not in link]


@pytest.mark.parametrize(
    ("page", "link"), _LINKS, ids=[f"{page.path} {link}" for page, link in _LINKS]
)
def test_a_link_leads_to_a_file_and_a_heading_that_exist(page: Page, link: str) -> None:
    file, _, anchor = link.partition("#")
    target = (ROOT / page.path).parent / file if file else ROOT / page.path

    assert target.exists(), f"{page.path}: there is no {file}"
    if anchor:
        other = Page(str(target.resolve().relative_to(ROOT)))
        assert anchor in other.anchors, f"{page.path}: {other.path} has no heading #{anchor}"


def test_the_readme_links_to_every_page_of_docs() -> None:
    linked = {link.partition("#")[0] for link in Page("README.md").links}
    all_pages = {page.path for page in pages() if Path(page.path).parent == Path("docs")}

    assert all_pages - linked <= {"docs/style.md"}, "which is for contributors"
    assert "docs/style.md" in Page("CONTRIBUTING.md").links
    assert "docs/decisions/README.md" in linked


def test_the_readme_is_short() -> None:
    assert len(Page("README.md").text.splitlines()) <= 200


def test_the_readme_has_the_headings_that_people_look_for() -> None:
    assert {"quick-start", "prerequisites", "documentation"} <= Page("README.md").anchors
