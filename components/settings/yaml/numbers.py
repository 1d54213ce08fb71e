"""Numbers as Go writes them."""

from decimal import Decimal

from .timestamp import Timestamp

_JSON_EXPONENTS = (-6, 21)
_KEY_EXPONENTS = (-4, 6)
"""From the first exponent on and below the second one, Go writes a number in full."""


def json_number(number: float) -> int | float:
    """Return a number as a reader of Go's JSON gets it: 2.0 is 2."""
    if isinstance(number, float) and number.is_integer() and abs(number) < 1e21:
        return int(Decimal(repr(number)))
    return number


def json_text(number: float) -> str:
    """Return a number as Go's JSON has it."""
    number = json_number(number)
    return str(number) if isinstance(number, int) else _written(number, _JSON_EXPONENTS)


def key_text(key: float | bool | Timestamp | None) -> str:
    """Return a key that is no text, as Go prints it."""
    if key is None:
        return "<nil>"
    if isinstance(key, bool):
        return str(key).lower()
    if isinstance(key, float):
        text = _written(key, _KEY_EXPONENTS)
        mantissa, letter, exponent = text.partition("e")
        return f"{mantissa}e{int(exponent):+03}" if letter else text
    return str(key)


def _written(number: float, exponents: tuple[int, int]) -> str:
    """Return the shortest digits that stand for a number, with an exponent outside of a range."""
    digits = Decimal(repr(number or 0.0)).normalize()  # -0.0 is written like 0
    first, last = exponents
    return f"{digits:f}" if first <= digits.adjusted() < last or not number else f"{digits:e}"
