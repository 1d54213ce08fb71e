"""Texts in YAML as the real kubectl reads them, directly and through its kustomize.

`SLIPWAY_TEXTS` is the number of texts; 10,000 were compared once.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from components.app.args.values import sendable
from components.k8s.yaml_text import dump

from .yaml_texts import drawn

_COUNT = int(os.environ.get("SLIPWAY_TEXTS", "400"))
_IN_ONE = 100
_LONGEST_KEY = 317
"""Characters of the longest key in Kubernetes, that of an annotation."""

_READ = ("annotate", "--local", "--filename=-", "--output=json", "read=by-kubectl")

pytestmark = pytest.mark.skipif(
    shutil.which("kubectl") is None, reason="there is no kubectl, which `make setup` installs"
)


@pytest.fixture(scope="module")
def written() -> list[dict[str, Any]]:
    """ConfigMaps with the texts as values and as keys."""
    texts = drawn(_COUNT)
    return [
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": f"texts-{start}"},
            "data": {text: text for text in texts[start : start + _IN_ONE]},
        }
        for start in range(0, len(texts), _IN_ONE)
    ]


def _kubectl(*arguments: str, stdin: str = "") -> str:
    done = subprocess.run(
        ["kubectl", *arguments], input=stdin, capture_output=True, check=False, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr[:2000]
    return done.stdout


def _read(text: str) -> dict[str, dict[str, str]]:
    """The content of each ConfigMap as kubectl reads it."""
    decoder, answer, found = json.JSONDecoder(), _kubectl(*_READ, stdin=text), {}
    while answer := answer.lstrip():
        one, end = decoder.raw_decode(answer)
        found[one["metadata"]["name"]] = one["data"]
        answer = answer[end:]
    return found


def _differences(
    written: list[dict[str, Any]], found: dict[str, dict[str, str]]
) -> list[tuple[str, str | None]]:
    assert found.keys() == {each["metadata"]["name"] for each in written}
    return [
        (key, found[each["metadata"]["name"]].get(key))
        for each in written
        for key, text in each["data"].items()
        if found[each["metadata"]["name"]].get(key) != text
    ]


def test_kubectl_reads_every_text_as_it_was(written: list[dict[str, Any]]) -> None:
    assert _differences(written, _read(dump(*written))) == []


def test_kustomize_keeps_every_text_that_is_rendered(
    written: list[dict[str, Any]], tmp_path: Path
) -> None:
    accepted = [
        {**each, "data": dict(_accepted_by_kustomize(number, each["data"]))}
        for number, each in enumerate(written)
    ]
    (tmp_path / "texts.yaml").write_text(dump(*accepted), encoding="utf-8")
    (tmp_path / "kustomization.yaml").write_text(dump({"resources": ["texts.yaml"]}))

    assert _differences(accepted, _read(_kubectl("kustomize", str(tmp_path)))) == []


def _accepted_by_kustomize(number: int, texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield texts under keys that kustomize can have, themselves where it can have them.

    It writes some characters as they are and reads them as others, or not at all: settings have
    none of these but U+0085, which is not rendered. It reads no key of more than 1,024
    characters, and merges a mapping `<<`: Kubernetes has no such keys.
    """
    for index, text in enumerate(texts):
        if _is_accepted(text):
            is_key = len(text) <= _LONGEST_KEY and text != "<<"
            yield text if is_key else f"{number}.{index}", text


def _is_accepted(text: str) -> bool:
    try:
        return sendable(text) == text and "\x85" not in text
    except ValueError:
        return False
