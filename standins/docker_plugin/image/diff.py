"""Diff of an Image: which top-level inputs differ from those of the last build."""

from typing import Any

from standins.docker_plugin.values import UNKNOWN, Properties, is_object

ADD, DELETE, UPDATE = "ADD", "DELETE", "UPDATE"


def changed_inputs(olds: Properties, news: Properties) -> dict[str, str]:
    """Return the changed top-level inputs and how each changed; empty for no change.

    Inputs: the resource's outputs, whose `__inputs` are the inputs of its last build, and the
    checked new inputs. Every change is an update in place. A registry's user name and password
    never count: a new password must not rebuild an image.
    """
    before: Properties = olds.get("__inputs") or {}
    kinds: dict[str, str] = {}
    for name in sorted(before.keys() | news.keys()):
        old, new = before.get(name), news.get(name)
        if name not in before:
            kinds[name] = ADD
        elif name not in news:
            kinds[name] = DELETE
        elif old != new and (name != "registry" or _other_registry(old, new)):
            kinds[name] = UPDATE
    return kinds


def _other_registry(old: Any, new: Any) -> bool:
    if not is_object(old) or not is_object(new):
        return True
    servers: tuple[Any, Any] = old.get("server"), new.get("server")
    # The vendor's plugin sees a server only where both sides name one.
    return None not in servers and (servers[0] != servers[1] or UNKNOWN in servers)
