"""Hashes that name objects by their content."""

import hashlib
import json
from typing import Any

import pulumi

_DIGITS = 10


def short_hash(content: Any) -> str:
    """Return ten hexadecimal digits of SHA-256 over the content as JSON."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:_DIGITS]


def named_by(prefix: str, content: Any) -> pulumi.Input[str]:
    """Return `prefix` and the hash of content, which may have outputs in it."""
    try:
        return prefix + short_hash(content)
    except TypeError:
        text = pulumi.Output.json_dumps(content, sort_keys=True)
        return text.apply(lambda known: prefix + short_hash(json.loads(known)))
