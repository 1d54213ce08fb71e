"""Belongs here: in which forms the value of a secret is masked, and what is left readable."""

import base64
import json
from urllib.parse import quote_plus

import pytest

from components.diagnosis import masked

_SECRET = 'p@ss "word"/42'


@pytest.mark.parametrize(
    "shown",
    [
        _SECRET,
        quote_plus(_SECRET),
        json.dumps(_SECRET)[1:-1],
        base64.b64encode(_SECRET.encode()).decode(),
        base64.urlsafe_b64encode(_SECRET.encode()).decode().rstrip("="),
    ],
)
def test_a_secret_is_masked_in_each_form(shown: str) -> None:
    text = masked(f"begin {shown} end", [_SECRET])
    assert "[secret]" in text and text.startswith("begin ") and text.endswith(" end")
    assert shown.rstrip("=") not in text


@pytest.mark.parametrize("user", ["a", "ab", "abc", "admin"])
def test_a_secret_is_masked_inside_a_longer_base64(user: str) -> None:
    """As in the header of a login, where it has no digits of its own at its ends."""
    encoded = base64.b64encode(f"{user}:{_SECRET}:x".encode()).decode()
    shown = masked(f"Authorization: Basic {encoded}", [_SECRET])
    rest = shown.replace("[secret]", "").rpartition(" ")[2]
    assert "[secret]" in shown and len(rest) <= len(encoded) - len(_SECRET) * 8 // 6 + 3


def test_each_line_of_a_key_is_masked_by_itself() -> None:
    key = "-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA7\nshort\n-----END KEY-----\n"
    shown = masked("read: MIIEpAIBAAKCAQEA7\nshort of memory", [key])
    assert shown == "read: [secret]\nshort of memory"


def test_the_longest_secret_is_masked_first() -> None:
    assert masked("token-secret-long", ["token-secret", "token-secret-long"]) == "[secret]"


def test_a_value_that_is_too_short_to_be_secret_stays() -> None:
    assert masked("listens on 80", ["80", "", "on "]) == "listens on 80"
