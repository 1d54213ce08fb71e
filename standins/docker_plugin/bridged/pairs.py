"""Labels: a map in Docker, an array of pairs in the bridge."""

from typing import Any

from standins.docker_plugin.values import array_or_empty


def pairs_to_map(pairs: list[dict[str, str]] | None) -> dict[str, str]:
    """Return Docker's form of an array of `{label, value}`."""
    return {pair["label"]: pair["value"] for pair in pairs or []}


def refreshed_pairs(before: Any, now: dict[str, str] | None) -> list[dict[str, str]]:
    """Return Docker's labels as pairs, those that were known first and in their order."""
    labels = dict(now or {})
    known: list[str] = [p["label"] for p in array_or_empty(before) if p["label"] in labels]
    order = [*known, *sorted(name for name in labels if name not in known)]
    return [{"label": name, "value": labels[name]} for name in order]
