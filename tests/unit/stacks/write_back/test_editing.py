"""Belongs here: how one value of a stack file's text is written, and what stays."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.settings.configuration import stack_configuration
from stacks.write_back.editing import UnwritableError, with_value, without_value
from stacks.write_back.places import changed

_FILE = """\
# yaml-language-server: $schema=schema.json
config:
  slipway:name: shop   # the name

  slipway:target: {product: cloud, namespaces: {quota: {pods: "40"}}}
  slipway:app:
    replicas: 2   # two
    env:
      # how fast
      MODE: "fast"

      "a.b": 'x'
    command:
      - node
      - server.js
    sidecars:
    - name: proxy
      cpu: 10m
    note: |
      two
      lines
    autoscale:
  slipway:secret:
    secure: AAAB=
# the end
"""


@pytest.mark.parametrize(
    ("path", "value", "before", "after"),
    [
        (["app", "replicas"], 5, "replicas: 2   # two", "replicas: 5   # two"),
        (["app", "env", "MODE"], "slow: x", 'MODE: "fast"', 'MODE: "slow: x"'),
        (["app", "env", "a.b"], "no", "'x'", "'no'"),
        (["target", "namespaces", "quota", "pods"], "30", '"40"', '"30"'),
        (
            *(["app", "command"], ["sh", "-c", "a b"]),
            *("command:\n      - node\n      - server.js\n", "command: [sh, '-c', 'a b']\n"),
        ),
        (["app", "sidecars", 0, "cpu"], "20m", "cpu: 10m", "cpu: 20m"),
        (["app", "note"], "one", "note: |\n      two\n      lines\n", "note: one\n"),
    ],
)
def test_a_value_is_replaced_and_every_other_byte_stays(
    path: list[str | int], value: Any, before: str, after: str
) -> None:
    assert _FILE.count(before) == 1

    assert with_value(_FILE, _place(path), value) == _FILE.replace(before, after)


@pytest.mark.parametrize(
    ("path", "value", "before", "after"),
    [
        (["app", "env", "NEW"], "1", "'x'\n", "'x'\n      NEW: '1'\n"),
        (["app", "sidecars", 0, "memory"], "1Gi", "10m\n", "10m\n      memory: 1Gi\n"),
        (["target", "context"], "c", '"40"}}}', '"40"}}, context: c}'),
        (["target", "a", "b"], 1, '"40"}}}', '"40"}}, a: {b: 1}}'),
        (["app", "autoscale", "max"], 9, "autoscale:\n", "autoscale:\n      max: 9\n"),
        (
            *(["app", "job", "schedule"], "0 3 * * *"),
            *("autoscale:\n", "autoscale:\n    job:\n      schedule: '0 3 * * *'\n"),
        ),
        (["image", "context"], "app", "AAAB=\n", "AAAB=\n  slipway:image:\n    context: app\n"),
    ],
)
def test_a_value_that_is_missing_comes_after_those_beside_it(
    path: list[str | int], value: Any, before: str, after: str
) -> None:
    assert with_value(_FILE, _place(path), value) == _FILE.replace(before, after)


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (["app", "replicas"], "    replicas: 2   # two\n", ""),
        (["app", "env", "a.b"], "      \"a.b\": 'x'\n", ""),
        (["app", "command"], "    command:\n      - node\n      - server.js\n", ""),
        (["app", "sidecars", 0, "name"], "- name: proxy\n      cpu", "- cpu"),
        (["target", "product"], "{product: cloud, ", "{"),
        (["target", "namespaces"], ', namespaces: {quota: {pods: "40"}}', ""),
        (["target", "namespaces", "quota", "pods"], '{pods: "40"}', "{}"),
    ],
)
def test_an_entry_is_removed_alone(path: list[str | int], before: str, after: str) -> None:
    assert without_value(_FILE, _place(path)) == _FILE.replace(before, after)


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "config:\n", "config: {}\n"])
def test_a_file_without_settings_gets_its_first_one(text: str) -> None:
    after = with_value(text, ["config", "slipway:app", "replicas"], 2)

    assert stack_configuration(after.encode(), "slipway") == {"slipway:app": {"replicas": 2}}
    assert after.startswith("# nothing yet" if text.startswith("#") else "config:")


def test_what_the_file_does_not_have_is_neither_removed_nor_counted() -> None:
    with pytest.raises(UnwritableError, match="the file has no MISSING there"):
        without_value(_FILE, _place(["app", "env", "MISSING"]))
    with pytest.raises(UnwritableError, match="no 7 there"):
        with_value(_FILE, _place(["app", "sidecars", 7, "cpu"]), "1")


_TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12) | st.text(
    "yesno01: #{}[],'\"-|>&*!%@`~\n.e", max_size=8
)


@given(
    path=st.sampled_from(
        (["app", "env", "MODE"], ["app", "env", "NEW"], ["target", "note"], ["app", "note"])
    ),
    value=_TEXTS | st.integers() | st.booleans() | st.lists(_TEXTS, min_size=1, max_size=3),
)
def test_pulumi_reads_the_value_that_was_written_and_the_others_as_before(
    path: list[str | int], value: Any
) -> None:
    before = stack_configuration(_FILE.encode(), "slipway")
    first, *rest = path

    after = with_value(_FILE, _place(path), value)

    expected = changed(before, [f"slipway:{first}", *rest], value)
    if not _is_lost_by_pulumi(value):
        assert stack_configuration(after.encode(), "slipway") == expected
    assert [line for line in _FILE.splitlines() if "#" in line] == [
        line for line in after.splitlines() if line in _FILE and "#" in line
    ]


def _is_lost_by_pulumi(value: Any) -> bool:
    """Pulumi itself loses the first of several lines if it is empty."""
    values = value if isinstance(value, list) else [value]
    return any(isinstance(each, str) and each.startswith("\n") for each in values)


def _place(path: list[str | int]) -> list[str | int]:
    first, *rest = path
    return ["config", f"slipway:{first}", *rest]
