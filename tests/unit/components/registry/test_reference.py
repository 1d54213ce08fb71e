"""Image references, as Docker reads them."""

import pytest

from components.registry.reference import ImageReference

_DIGEST = "sha256:" + 64 * "a"


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        ("node", "docker.io/library/node", "latest"),
        ("docker.io/gbelbe/nodejsk8s:1", "docker.io/gbelbe/nodejsk8s", "1"),
        ("localhost:5001/a/b_c/d:V1.2", "localhost:5001/a/b_c/d", "V1.2"),
        (f"r.example/a:1@{_DIGEST}", "r.example/a", _DIGEST),
    ],
)
def test_a_reference_has_a_name_and_a_version(text: str, name: str, version: str) -> None:
    reference = ImageReference.parse(text)

    assert (reference.name, reference.version) == (name, version)


@pytest.mark.parametrize("text", ["", "Web:1", "a b", "web:", "web@sha256:1", "r.example/", "a//b"])
def test_what_is_no_reference_is_refused_with_the_form_of_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no image reference; one is"):
        ImageReference.parse(text)
