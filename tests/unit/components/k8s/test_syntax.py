"""Names and keys that the API server accepts."""

import re

import pytest

from components.k8s.syntax import SUBDOMAIN, is_qualified_name


@pytest.mark.parametrize("key", ["team", "a.example/team", "Team_1.x", "A.Example/team", "a" * 63])
def test_keys_of_labels_and_annotations(key: str) -> None:
    assert is_qualified_name(key)


@pytest.mark.parametrize("key", ["", "a b", "/", "a/", "/a", "a/b/c", "-a", "a" * 64, "a_b/c"])
def test_what_is_no_key(key: str) -> None:
    assert not is_qualified_name(key)


@pytest.mark.parametrize("name", ["a..b", "a.-b", "-a", "A", "a.", ""])
def test_what_is_no_subdomain(name: str) -> None:
    assert not re.fullmatch(SUBDOMAIN, name)
    assert re.fullmatch(SUBDOMAIN, "a-1.b")
