"""One stack file read by a real Pulumi, by rendering and by `extends`.

Belongs here: what the engine gives a program, which only Pulumi's own reading decides.
"""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from components.settings.configuration import stack_configuration, text
from components.settings.project_file import ProjectFile
from tests.engine.language_host.pulumi_project import REPOSITORY, Project

_PROGRAM = """
import json
import pathlib
import pulumi
from components.settings.stack_file import stack_settings

seen = {"texts": dict(pulumi.runtime.get_config_env()), "settings": stack_settings()[0]}
pathlib.Path(pulumi.get_stack() + ".json").write_text(json.dumps(seen))
"""
_COUNT = 200
_NO_VALUE = re.compile(r"[-.]+|:.*|.*:|\.(inf|nan)|[-+]\.inf", re.IGNORECASE)
"""Plain scalars that are no values in YAML, or none that Pulumi can keep."""


def _plain(pattern: str) -> st.SearchStrategy[str]:
    scalars = st.from_regex(re.compile(pattern, re.ASCII), fullmatch=True)
    return scalars.filter(lambda scalar: not _NO_VALUE.fullmatch(scalar))


_SCALARS = st.one_of(
    st.sampled_from(["y", "n", "yes", "No", "on", "OFF", "true", "False", "~", "null", "Nil"]),
    _plain(r"[-+]?0?[bBoOxX]?[0-9a-f_]{1,6}(\.[0-9_]{0,4})?([eE][-+]?[0-9]{1,3})?"),
    _plain(r"[-+]?[0-9_]{0,3}\.[0-9_]{1,4}([eE][-+]?[0-9]{1,2})?"),
    _plain(r"(19|20)[0-9]{2}-[01]?[0-9]-[0-3]?[0-9]"),
    _plain(
        r"20[0-9]{2}-[01][0-9]-[0-3][0-9][tT ][0-2]?[0-9]:[0-5]?[0-9]:[0-5]?[0-9]"
        r"(\.[0-9]{1,4})?(Z|[-+]0[0-9]:[03]0)?"
    ),
    _plain(r"[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?(\.[0-9])?"),
    _plain(r"[a-zA-Z0-9_.+:-]{1,8}"),
    _plain(r"!!(str|float) [0-9]{1,4}"),
    st.integers(-(2**70), 2**70).map(str),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=12).map(
        lambda written: "'" + written.replace("'", "''") + "'"
    ),
    st.text(max_size=6).map(
        lambda written: '"' + "".join(f"\\U{ord(letter):08x}" for letter in written) + '"'
    ),
)


def _drawn() -> list[str]:
    """Return the same scalars at each run, each once."""
    scalars: dict[str, None] = {}

    @seed(17)
    @settings(
        max_examples=4 * _COUNT,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
    )
    @given(_SCALARS)
    def draw(scalar: str) -> None:
        scalars[scalar] = None

    draw()
    return list(scalars)[:_COUNT]


def _config(scalars: list[str]) -> str:
    """Return the configuration with each scalar as a value, in a list, in a mapping, as a key."""
    lines = ["config:"]
    for number, scalar in enumerate(scalars):
        lines += [
            f"  slipway:value{number}: {scalar}",
            f"  slipway:inside{number}:",
            f"    value: {scalar}",
            f"    list: [1, {scalar}]",
            "    key:",
            f"      {scalar}: x",
        ]
    return "\n".join(lines) + "\n"


def _values(texts: Mapping[str, str]) -> dict[str, Any]:
    """Return texts as programs take them: JSON for mappings and lists."""
    return {key: _value(each) for key, each in texts.items()}


def _value(written: str) -> Any:
    try:
        return json.loads(written) if written.startswith(("{", "[")) else written
    except ValueError:
        return written


def _differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Return a line for each key whose values differ; 1, 1.0 and true do."""
    return [
        f"{key}: {one.get(key)!r}, {other.get(key)!r}"
        for key in sorted(one.keys() | other.keys())
        if json.dumps(one.get(key, "none")) != json.dumps(other.get(key, "none"))
    ]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project with the stack `dev` and a stack `other` that extends it."""
    places = (tmp_path / "program", REPOSITORY)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, places)))
    project = Project(tmp_path)
    project.program(_PROGRAM)
    for stack in ("dev", "other"):
        project.run("stack", "init", stack)
    return project


def _write(project: Project, stack: str, config: str) -> Path:
    """Write a stack's configuration after the salt that Pulumi wrote, and preview it."""
    file = project.folder / f"Pulumi.{stack}.yaml"
    salt = [line for line in file.read_text().splitlines() if line.startswith("encryptionsalt:")]
    file.write_text("\n".join([*salt, config]), encoding="utf-8")
    project.run("preview", "--stack", stack)
    return file


def test_up_render_and_extends_read_the_same_file_alike(project: Project) -> None:
    scalars = _drawn()
    assert len(scalars) == _COUNT
    file = _write(project, "dev", _config(scalars))
    _write(project, "other", "config:\n  slipway:extends: dev\n")
    up = json.loads((project.folder / "dev.json").read_text())
    extending = json.loads((project.folder / "other.json").read_text())

    config = stack_configuration(file.read_bytes(), "p")
    rendered = _values({key: text(value) for key, value in config.items()})

    assert len(up["settings"]) == 2 * _COUNT
    assert _differences(_values(up["texts"]), rendered) == []
    assert _differences(up["settings"], extending["settings"]) == []


def test_configuration_of_the_project_is_added_alike(project: Project) -> None:
    declared = (
        "config:\n"
        "  own: {type: object, default: {a: yes, b: 010, c: 2024-01-01}}\n"
        "  short: 1_000\n"
        "  rate: {default: 1.50}\n"
        "  day: {default: 2024-01-01}\n"
        "  slipway:set: {value: [1, two]}\n"
        "  slipway:left: {value: {a: 1, b: 2}}\n"
    )
    file = project.folder / "Pulumi.yaml"
    file.write_text(file.read_text() + declared)
    stack = _write(project, "dev", "config:\n  slipway:left: {b: 3}\n  p:short: on\n")
    up = json.loads((project.folder / "dev.json").read_text())

    config = ProjectFile.read(project.folder).completed(
        stack_configuration(stack.read_bytes(), "p"), "dev"
    )

    rendered = _values({key: text(value) for key, value in config.items()})
    assert _differences(_values(up["texts"]), rendered) == []
    assert rendered["slipway:left"] == {"b": 3}
