"""Scalars of YAML as gopkg.in/yaml.v3 resolves them (https://pkg.go.dev/gopkg.in/yaml.v3)."""

import base64
import binascii
import math
import re

from .timestamp import Timestamp

Scalar = str | int | float | bool | Timestamp | None

PREFIX = "tag:yaml.org,2002:"
"""Begin of the tags that YAML itself defines, `!!` in a document."""

TEXT = f"{PREFIX}str"

_INT, _FLOAT, _TIMESTAMP = f"{PREFIX}int", f"{PREFIX}float", f"{PREFIX}timestamp"
_TAGS: dict[type, str] = {
    str: TEXT,
    int: _INT,
    float: _FLOAT,
    bool: f"{PREFIX}bool",
    type(None): f"{PREFIX}null",
    Timestamp: _TIMESTAMP,
}

_NAMED: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), float("inf")),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
}
_INTEGER = re.compile(r"([-+]?)([0-9][0-9a-zA-Z]*)")
_SIGN_INSIDE = re.compile(r"(0[bo])([-+])([0-7]+)")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_FRACTION = re.compile(r"\.[0-9](_?[0-9])*([eE][-+]?[0-9](_?[0-9])*)?")


def resolve(text: str, tag: str) -> Scalar:
    """Return the value of a scalar that no quotes make a text, with its tag; without one: "".

    Raises ValueError for a text that its tag does not fit.
    """
    if tag == f"{PREFIX}binary":
        return _decoded(text)
    if tag == TEXT or (tag and tag not in _TAGS.values()):
        return text
    value = _resolved(text, may_be_time=tag in ("", _TIMESTAMP))
    if tag == _FLOAT and type(value) is int:
        value = float(value)
    if tag and _TAGS[type(value)] != tag:
        raise ValueError(f"`{text}` is no !!{tag.removeprefix(PREFIX)}")
    return value


def _resolved(text: str, *, may_be_time: bool) -> Scalar:
    if text in _NAMED:
        return _NAMED[text]
    if text.startswith("."):
        number = _float(text.replace("_", "")) if _FRACTION.fullmatch(text) else None
        return text if number is None else number
    if text[0] not in "+-0123456789":
        return text
    if may_be_time and (timestamp := Timestamp.parse(text)):
        return timestamp
    plain = text.replace("_", "")
    for read in (_integer, _float):
        if (number := read(plain)) is not None:
            return number
    return text


def _integer(text: str) -> int | None:
    """Return an integer of 64 bits; None for any other text."""
    if match := _SIGN_INSIDE.fullmatch(text):
        prefix, sign, digits = match.groups()
        digits = prefix + digits
    elif match := _INTEGER.fullmatch(text):
        sign, digits = match.groups()
        if re.fullmatch("0[0-7]+", digits):
            digits = f"0o{digits}"
    else:
        return None
    try:
        number = int(sign + digits, base=0)
    except ValueError:
        return None
    highest = 2**63 if sign else 2**64  # only a number without a sign may need all 64 bits
    return number if -(2**63) <= number < highest else None


def _float(text: str) -> float | None:
    if not _DECIMAL.fullmatch(text):
        return None
    number = float(text)
    return None if math.isinf(number) else number


def _decoded(text: str) -> str:
    """Return what `!!binary` stands for.  Raises ValueError for bytes that are no text."""
    try:
        return base64.b64decode(re.sub(r"[\r\n]", "", text), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError(f"!!binary `{text}`: {error}") from None
