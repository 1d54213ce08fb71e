"""Containers. The id is Docker's."""

import re
import time
from collections.abc import Callable
from typing import Any

from standins.docker_plugin.bridged.container_config import create_arguments, limits
from standins.docker_plugin.bridged.container_schema import CONTAINER
from standins.docker_plugin.bridged.container_state import known_state, read_state, unread_state
from standins.docker_plugin.bridged.local_images import inspect_image, pull_image
from standins.docker_plugin.bridged.resource import Created
from standins.docker_plugin.bridged.uploads import upload_archive
from standins.docker_plugin.docker_client import engine_errors, in_words, is_not_found
from standins.docker_plugin.errors import CreatedButFailed, PluginError
from standins.docker_plugin.values import Properties, array_or_empty, object_or_empty

_SETTLE_SECONDS = 0.2
_POLL_SECONDS = 0.5
_UPDATED_IN_PLACE = (
    "restart",
    "maxRetryCount",
    "memory",
    "memorySwap",
    "memoryReservation",
    "cpuShares",
    "cpuSet",
)
_NAME_TAKEN = re.compile(r"container name \S+ is already in use")
_PORT_TAKEN = (
    re.compile(r"Bind for (\S+):(\d+) failed: port is already allocated"),
    re.compile(r"listen \w+ (\S+):(\d+): bind: address already in use"),
)


class ContainerOperations:
    """Creates, reads, updates and removes containers. Input: how to wait some seconds."""

    schema = CONTAINER

    def __init__(self, pause: Callable[[float], None] = time.sleep) -> None:
        self._pause = pause

    def create(self, api: Any, inputs: Properties) -> Created:
        """Create, join networks, copy uploads, start, and wait if configured: in this order.

        An image that Docker does not hold is pulled before.
        """
        archive = upload_archive(array_or_empty(inputs.get("uploads")))
        _ensure_image(api, inputs["image"])
        name: str = inputs["name"]
        try:
            made: str = api.create_container(**create_arguments(api, inputs))["Id"]
        except engine_errors() as error:
            raise PluginError(explain_create(in_words(error), name)) from error
        try:
            _join_networks(api, made, inputs)
            if inputs.get("uploads"):
                api.put_archive(made, "/", archive)
            if inputs.get("start", True):
                api.start(made)
                time.sleep(_SETTLE_SECONDS)
            if inputs.get("wait"):
                self._await_health(api, made, inputs)
            inspected = api.inspect_container(made)
        except (PluginError, *engine_errors()) as error:
            raise CreatedButFailed(
                explain_start(in_words(error), name), id=made, properties=unread_state(made, inputs)
            ) from error
        return Created(made, read_state(unread_state(made, inputs), inspected))

    def read(self, api: Any, id: str, properties: Properties) -> Properties | None:
        try:
            inspected = api.inspect_container(id)
        except engine_errors() as error:
            if is_not_found(error):
                return None
            raise PluginError(f"Unable to inspect container {id}: {in_words(error)}") from error
        return read_state(known_state(properties), inspected)

    def update(self, api: Any, id: str, olds: Properties, news: Properties) -> None:
        try:
            if any(olds.get(name) != news.get(name) for name in _UPDATED_IN_PLACE):
                changes = limits(news)
                if changes["memswap_limit"] is None and changes["mem_limit"]:
                    # Without a word about swap Docker refuses a limit above the old sum.
                    changes["memswap_limit"] = 2 * changes["mem_limit"]
                api.update_container(id, **changes)
            if news.get("mustRun") and not olds.get("mustRun"):
                api.start(id)
        except engine_errors() as error:
            hint = (
                "; it was removed by other hands: run `pulumi up --refresh`"
                if is_not_found(error)
                else ""
            )
            raise PluginError(f"Unable to update a container: {in_words(error)}{hint}") from error

    def delete(self, api: Any, id: str, properties: Properties) -> None:
        """Stop within `destroyGraceSeconds` if given, else at once, and remove by force."""
        grace = properties.get("destroyGraceSeconds") or 0
        try:
            if grace:
                api.stop(id, timeout=grace)
            api.remove_container(id, v=properties.get("removeVolumes") is not False, force=True)
        except engine_errors() as error:
            if not is_not_found(error):
                raise PluginError(f"Error deleting container {id}: {in_words(error)}") from error

    def _await_health(self, api: Any, id: str, inputs: Properties) -> None:
        seconds = inputs.get("waitTimeout") or 0
        deadline = time.monotonic() + seconds
        while True:
            state: Properties = api.inspect_container(id)["State"]
            health = object_or_empty(state.get("Health")).get("Status")
            if health == "healthy":
                return
            if health is None:
                raise PluginError("it has no health check, and `wait` asks to wait for it")
            if time.monotonic() > deadline:
                raise PluginError(
                    f'it is "{health}" after {seconds} s; `docker inspect {id[:12]}` shows the'
                    " check"
                )
            self._pause(_POLL_SECONDS)


def explain_create(reason: str, name: str) -> str:
    """Return why there is no container; for a taken name also how to free it."""
    text = f'Unable to create container "{name}": {reason.rstrip(".")}'
    if _NAME_TAKEN.search(reason):
        text += (
            f"; when it is left over from an interrupted update, `docker rm -f {name}`"
            " (named volumes stay) and run `pulumi up` again"
        )
    return text


def explain_start(reason: str, name: str) -> str:
    """Return why the container does not run; a taken host port is named in words."""
    for pattern in _PORT_TAKEN:
        if match := pattern.search(reason):
            address, port = match.groups()
            return (
                f'Unable to start container "{name}": host port {port} on {address} is already in'
                f" use (port is already allocated). `ss -ltnp 'sport = :{port}'` and `docker ps`"
                " show by whom; free it or give the container another external port,"
                " then run `pulumi up` again"
            )
    return f'Unable to start container "{name}": {reason}'


def _ensure_image(api: Any, image: str) -> None:
    if inspect_image(api, image) is not None:
        return
    try:
        pull_image(api, image, None)
    except PluginError as error:
        raise PluginError(f"Unable to create container with image {image}: {error}") from error


def _join_networks(api: Any, id: str, inputs: Properties) -> None:
    networks = array_or_empty(inputs.get("networksAdvanced"))
    if not networks:
        return
    api.disconnect_container_from_network(id, inputs.get("networkMode") or "bridge")
    for network in networks:
        api.connect_container_to_network(
            id,
            network["name"],
            aliases=network.get("aliases") or None,
            ipv4_address=network.get("ipv4Address") or None,
            ipv6_address=network.get("ipv6Address") or None,
            link_local_ips=network.get("linkLocalIps") or None,
            mac_address=network.get("macAddress") or None,
        )
