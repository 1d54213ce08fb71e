"""The changes of a cluster that cannot be made in place, in messages."""

from .inputs import KindClusterInputs


def changed_properties(olds: KindClusterInputs, news: KindClusterInputs) -> list[str]:
    """Return the immutable properties that differ."""
    before = olds.immutable
    return [key for key, value in news.immutable.items() if before[key] != value]


def shown_change(key: str, olds: KindClusterInputs, news: KindClusterInputs) -> str:
    """Return the change of an immutable property in the words of the settings."""
    if key == "balanced":
        return (
            "several control planes need a load balancer, and this cluster was made with one "
            "control plane and without `ha: ready`"
        )
    return f"{key} {olds.immutable[key]} -> {news.immutable[key]}"
