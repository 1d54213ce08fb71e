"""Stack files that are wrong: each is refused in words, before anything is run."""

import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from components import SettingsError
from tests.unit.components.plan import committed_program, plan

_CASES: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "invalid.yaml").read_text())
_BASES: dict[str, dict[str, Any]] = {
    "kind": {"slipway:target": {"product": "kind"}, "slipway:image": {"context": "app"}},
    "cloud": {"slipway:image": {"context": "app"}},
}


def test_there_are_sixty_of_them_and_no_two_are_the_same() -> None:
    assert len(_CASES) >= 60
    assert len({yaml.safe_dump(case) for case in _CASES}) == len(_CASES)


@pytest.mark.parametrize("case", _CASES, ids=lambda case: f"{case['path']}: {case['fix']}"[:60])
def test_a_wrong_stack_file_is_refused_before_any_call_with_the_path_and_the_fix(
    case: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[str] = []

    def note(*arguments: object, **_: object) -> None:
        called.append(str(arguments))
        raise AssertionError("a wrong stack file led to a call")

    monkeypatch.setattr(subprocess, "Popen", note)
    monkeypatch.setattr(urllib.request, "urlopen", note)
    monkeypatch.setattr(pulumi.CustomResource, "__init__", note)
    config = {**_BASES[case.get("base", "kind")], **case["config"]}

    with pytest.raises(SettingsError) as caught:
        plan(committed_program, config)

    message = str(caught.value)
    assert called == []
    assert case["path"] in message
    assert case["fix"] in message
