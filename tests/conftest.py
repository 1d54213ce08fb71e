"""Fast tests first: a mistake shows within seconds, not after a cluster was made."""

import pytest

_ORDER = ("unit", "engine", "live")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_tier)


def _tier(item: pytest.Item) -> int:
    parts = item.nodeid.split("/")
    return _ORDER.index(parts[1]) if len(parts) > 1 and parts[1] in _ORDER else 0
