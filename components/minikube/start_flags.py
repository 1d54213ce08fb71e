"""What a minikube profile is made with, and has for life."""

from typing import Any

from ..dynamic import Properties

SIZES = ("driver", "containerRuntime", "kubernetesVersion", "ha", "memory", "cpus")
_FOR_LIFE = ("name", *SIZES, "baseImage", "mark")


def start_flags(props: Properties) -> list[str]:
    """The flags with which `minikube start` makes what is asked for."""
    named = {
        "--container-runtime": props["containerRuntime"],
        "--kubernetes-version": props.get("kubernetesVersion"),
        "--memory": f"{plain(props['memory'])}mb" if props.get("memory") else None,
        "--cpus": plain(props.get("cpus") or ""),
        "--base-image": props.get("baseImage"),
        "--nodes": plain(props.get("nodes") or 1),
    }
    return [*(f"{k}={v}" for k, v in named.items() if v), *(["--ha"] if props.get("ha") else [])]


def changed(olds: Properties, news: Properties) -> list[str]:
    """What differs of the things that a profile has for life."""
    return [key for key in _FOR_LIFE if olds.get(key) != news.get(key)]


def differing(props: Properties, has: Properties) -> dict[str, tuple[Any, Any]]:
    """What a profile `has`, and what is asked for instead, of all that is asked for."""
    return {
        key: (value, props[key])
        for key, value in has.items()
        if props.get(key) and plain(props[key]) != plain(value)
    }


def plain(value: Any) -> str:
    """A setting as minikube shows it: a number crosses the engine as a float, a version may lack
    its v."""
    if isinstance(value, float):
        return str(int(value))
    return str(value).removeprefix("v")
