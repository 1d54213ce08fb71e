"""A stack's configuration as Pulumi reads it: yes, 010, dates, keys, blocks.

The expected values are those that the Go sources of the pinned Pulumi gave for each document (its
`workspace.LoadProjectStackBytes` and `config.Map.Decrypt`, with gopkg.in/yaml.v3 3.0.1). None
stands for a document that they refuse. tests/engine compares more of them with `pulumi` itself.
"""

import json
import time
from typing import Any

import pytest

from components.settings.configuration import (
    holds_secret,
    stack_configuration,
    text,
    without_secrets,
)
from components.settings.yaml import YAMLError

_SCALARS = [
    ("yes", "yes"),
    ("on", "on"),
    ("off", "off"),
    ("NO", "NO"),
    ("y", "y"),
    ("n", "n"),
    ("True", "true"),
    ("FALSE", "false"),
    ("tRue", "tRue"),
    ("~", ""),
    ("null", ""),
    ("NULL", ""),
    ("nil", "nil"),
    ("", ""),
    ("010", "8"),
    ("0o10", "8"),
    ("-0o7", "-7"),
    ("0O17", "15"),
    ("08", "8"),
    ("0b101", "5"),
    ("-0b11", "-3"),
    ("0b-1", "-1"),
    ("0x1F", "31"),
    ("-0x1F", "-31"),
    ("1_000", "1000"),
    ("1__0", "10"),
    ("_1", "_1"),
    ("0_7", "7"),
    ("+5", "5"),
    ("-0", "0"),
    ("9223372036854775807", "9223372036854775807"),
    ("9223372036854775808", "9223372036854775808"),
    ("18446744073709551615", "18446744073709551615"),
    ("18446744073709551616", "18446744073709552000"),
    ("-9223372036854775809", "-9223372036854776000"),
    ("123456789012345678901234567890", "1.2345678901234568e+29"),
    (".5", "0.5"),
    ("-.5", "-0.5"),
    ("+.5", "0.5"),
    (".5_0", "0.5"),
    ("5.", "5"),
    ("1e3", "1000"),
    ("1E400", "1E400"),
    ("1e-7", "1e-7"),
    ("0.000001", "0.000001"),
    ("1e21", "1e+21"),
    ("1234567.0", "1234567"),
    ("-0.0", "0"),
    ("0.30000000000000004", "0.30000000000000004"),
    ("0x1p4", "0x1p4"),
    (".inf", None),
    ("-.INF", None),
    (".nan", None),
    ("2024-01-01", "2024-01-01 00:00:00 +0000 UTC"),
    ("2024-1-1", "2024-01-01 00:00:00 +0000 UTC"),
    ("2024-13-01", "2024-13-01"),
    ("2024-02-30", "2024-02-30"),
    ("2024-01-01T10:00:00Z", "2024-01-01 10:00:00 +0000 UTC"),
    ("2024-01-01t1:2:3.50Z", "2024-01-01 01:02:03.5 +0000 UTC"),
    ("2024-01-01 10:00:00", "2024-01-01 10:00:00 +0000 UTC"),
    ("2024-01-01T10:00:00", "2024-01-01T10:00:00"),
    ("12:30", "12:30"),
    ("1:2:3", "1:2:3"),
    ("'5'", "5"),
    ('"\\u00e9 \\x41"', "é A"),
    ("'it''s'", "it's"),
    ("!!str 5", "5"),
    ("!!str 2024-01-01", "2024-01-01"),
    ("!!int '5'", "5"),
    ("!!int 5.0", None),
    ("!!float 5", "5"),
    ("!!float x", None),
    ("!!bool yes", None),
    ("!!null x", None),
    ("!!binary aGk=", "hi"),
    ("!!binary x", None),
    ("!!timestamp 2024-01-01", "2024-01-01 00:00:00 +0000 UTC"),
    ("!x foo", "foo"),
    ("! 5", "5"),
    ("! '5'", "5"),
    ("a\tb", "a\tb"),
    ("a #b", "a"),
    ("a#b", "a#b"),
    ("<<", "<<"),
    ("=", "="),
    ("@x", None),
    ("`x`", None),
    ("%x", None),
    ("&a x", "x"),
    ("*a", None),
    ("-", None),
    ("a: b", None),
    ("'x", None),
]
_STRUCTURES = [
    ("[yes, 010, 1_000, ~, 2024-01-01]", ["yes", 8, 1000, None, "2024-01-01 00:00:00 +0000 UTC"]),
    ("[9223372036854775808, 1e21, 1e-7, 2.0]", [9223372036854776000, 1e21, 1e-07, 2]),
    ("{NO: x, y: z, 12:30: t}", {"12:30": "t", "NO": "x", "y": "z"}),
    (
        "{1: a, true: b, ~: c, 1.5: d, 1e6: e, 0x10: f, 2024-01-01: g}",
        {
            "1": "a",
            "1.5": "d",
            "16": "f",
            "1e+06": "e",
            "2024-01-01 00:00:00 +0000 UTC": "g",
            "<nil>": "c",
            "true": "b",
        },
    ),
    ("{0x1: a, 1: b}", {"1": "b"}),
    ("{1: a, '1': b}", None),
    ("{a: 1, a: 2}", None),
    ("{a: 1, 'a': 2}", None),
    ("{[a]: b}", None),
    ("{? a : b}", {"a": "b"}),
    ("{a, b}", {"a": None, "b": None}),
    ("[a: b]", [{"a": "b"}]),
    ("[{}, [], '']", [{}, [], ""]),
    ("{<<: {a: 1, b: 1}, b: 2}", {"a": 1, "b": 2}),
    ("{b: 2, <<: [{a: 1}, {a: 2, c: 3}]}", {"a": 1, "b": 2, "c": 3}),
    ("{'<<': {a: 1}}", {"a": 1}),
    ("{<<: 5}", None),
    ("{<<: {010: x}, b: 2}", {"010": "x", "b": 2}),
    ("{<<: {010: x}, 5: 2}", {"5": 2, "8": "x"}),
    ("[&a {x: 1}, *a, {<<: *a, y: 2}]", [{"x": 1}, {"x": 1}, {"x": 1, "y": 2}]),
    ("[&a 1, *a, &a 2, *a]", [1, 1, 2, 2]),
    ("{&k x: 1, y: *k}", {"x": 1, "y": "x"}),
    ("&a [*a]", None),
    ("!!set {a, b}", {"a": None, "b": None}),
    ("!!omap [a: 1]", [{"a": 1}]),
    ("{a: [1, {b: ~}]}", {"a": [1, {"b": None}]}),
    ("{a: 1", None),
    ("[1, 2", None),
    ("{a:1}", {"a:1": None}),
    ("{'a':1}", {"a": 1}),
    ("[a:b]", ["a:b"]),
]
_BLOCKS = [
    ("|\n    x\n    y\n", "x\ny\n"),
    ("|-\n    x\n", "x"),
    ("|+\n    x\n\n", "x\n\n"),
    (">\n    a\n    b\n\n    c\n", "a b\nc\n"),
    (">-\n    a\n      b\n", "a\n  b"),
    ("|2\n     x\n", " x\n"),
    ("|\n\n    x\n", "x\n"),
    ("\n    a\n    b\n", "a b"),
    ('"a\\\n    b"\n', "ab"),
    ("'a\n\n    b'\n", "a\nb"),
    ("\n  - a\n  - b\n", ["a", "b"]),
    ("\n    a: 1\n    b:\n      - c\n", {"a": 1, "b": ["c"]}),
    ("\n    a: 1\n   b: 2\n", None),
    ("\n\ta: 1\n", None),
    ("a\n---\nb: c\n", "a"),
    ("a\n...\n", "a"),
]
_FILES = [
    ("config:\r\n  shop:k: a\r\n", {"shop:k": "a"}),
    ("\ufeffconfig:\n  shop:k: a\n", {"shop:k": "a"}),
    ("---\nconfig:\n  shop:k: a\n", {"shop:k": "a"}),
    ("%YAML 1.2\n---\nconfig:\n  shop:k: a\n", None),
    ("config: {shop:k: a}\n", {"shop:k": "a"}),
    ('{"config": {"shop:k": 010}}', {"shop:k": "8"}),
    ("config:\n  k: a\n", {"shop:k": "a"}),
    ("config:\n  shop:config:k: a\n", {"shop:k": "a"}),
    ("config:\n  a:b:c: a\n", None),
    ("config:\n  1: a\n", None),
    ("config:\n", {}),
    ("config: []\n", None),
    ("", {}),
    ("# nothing\n", {}),
    ("- a\n", None),
    ("true: a\n", None),
    ("config:\n  k: a\n  k: b\n", None),
    ("config: &c\n  shop:k: a\n", {"shop:k": "a"}),
    ("other: 1\nconfig:\n  other:k: on\n", {"other:k": "on"}),
]


def _read(document: str) -> dict[str, str]:
    """Return the texts that a program of the project `shop` gets."""
    config = stack_configuration(document.encode(), "shop")
    return {key: text(value) for key, value in config.items()}


def _require(document: str, expected: Any) -> None:
    if expected is None:
        with pytest.raises(YAMLError):
            _read(document)
        return
    read = _read(document)["shop:k"]
    if isinstance(expected, str):
        assert read == expected
    else:
        assert json.dumps(json.loads(read)) == json.dumps(expected, sort_keys=True)


@pytest.mark.parametrize(("written", "expected"), _SCALARS)
def test_a_scalar_is_what_pulumi_reads(written: str, expected: str | None) -> None:
    _require(f"config:\n  shop:k: {written}\n", expected)


@pytest.mark.parametrize(("written", "expected"), _STRUCTURES)
def test_a_mapping_or_list_is_what_pulumi_reads(written: str, expected: Any) -> None:
    _require(f"config:\n  shop:k: {written}\n", expected)


@pytest.mark.parametrize(("written", "expected"), _BLOCKS)
def test_a_value_of_several_lines_is_what_pulumi_reads(written: str, expected: Any) -> None:
    _require(f"config:\n  shop:k: {written}", expected)


@pytest.mark.parametrize(("document", "expected"), _FILES)
def test_a_file_has_the_keys_that_pulumi_reads(
    document: str, expected: dict[str, str] | None
) -> None:
    if expected is None:
        with pytest.raises(YAMLError):
            _read(document)
    else:
        assert _read(document) == expected


def test_a_file_in_utf_16_is_read_and_one_in_no_encoding_is_refused() -> None:
    assert stack_configuration("config: {k: é}".encode("utf-16"), "shop") == {"shop:k": "é"}
    with pytest.raises(YAMLError, match="can't decode"):
        stack_configuration(b"config: {k: \xe9}", "shop")


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{a: 1, a: 2}", "line 1: a second key a"),
        ("!!int x", "line 1: `x` is no !!int"),
        (".nan", "config: k: nan is no number that Pulumi can keep"),
        ("*a", r"line 1: \*a has no anchor"),
        ("&a [*a]", "line 1: &a contains itself"),
        ("!!binary /w==", "line 1: !!binary `/w==`"),
        ('"\\tfirst\\nsecond"', "config: k: Pulumi cannot keep several lines"),
    ],
)
def test_what_pulumi_refuses_is_refused_with_its_place(written: str, message: str) -> None:
    with pytest.raises(YAMLError, match=message):
        stack_configuration(f"config: {{k: {written}}}".encode(), "shop")


def test_a_key_that_is_set_twice_by_two_names_is_refused() -> None:
    with pytest.raises(YAMLError, match="shop:k is set twice"):
        stack_configuration(b"config: {k: 1, shop:k: 2}", "shop")


def test_a_few_lines_of_aliases_do_not_fill_the_memory() -> None:
    lines = ["a0: &a0 x"]
    lines += [f"a{n}: &a{n} [{', '.join(9 * [f'*a{n - 1}'])}]" for n in range(1, 12)]

    with pytest.raises(YAMLError, match="aliases make too much"):
        stack_configuration("\n".join(lines).encode(), "shop")


def test_deep_nesting_is_refused_in_words() -> None:
    with pytest.raises(YAMLError, match="nested too deeply"):
        stack_configuration(f"k: {'[' * 5000}{']' * 5000}".encode(), "shop")


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_a_time_of_this_machines_zone_has_the_zones_name(
    monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        read = _read("config: {k: 2024-01-01T10:00:00+01:00}")["shop:k"]
    finally:
        monkeypatch.undo()
        time.tzset()

    name = "CET" if zone == "Europe/Berlin" else "+0100"
    assert read == f"2024-01-01 10:00:00 +0100 {name}"


def test_only_an_encrypted_value_is_a_secret() -> None:
    config = stack_configuration(b"config: {a: {secure: v1:x}, b: [{c: {secure: v1:y}}]}", "shop")
    plain = stack_configuration(b"config: {a: {secure: 5}, b: {secure: x, d: y}}", "shop")

    assert all(map(holds_secret, config.values()))
    assert without_secrets(config) == {"shop:a": "", "shop:b": [{"c": ""}]}
    assert not any(map(holds_secret, plain.values()))
