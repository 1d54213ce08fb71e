"""Networks. The id is Docker's."""

from typing import Any

from standins.docker_plugin.bridged.pairs import pairs_to_map, refreshed_pairs
from standins.docker_plugin.bridged.resource import Created
from standins.docker_plugin.bridged.small_schemas import NETWORK
from standins.docker_plugin.docker_client import engine_errors, in_words, is_not_found
from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.values import Properties, array_or_empty, object_or_empty


class NetworkOperations:
    """Creates, reads and removes networks; every change is a replacement."""

    schema = NETWORK

    def create(self, api: Any, inputs: Properties) -> Created:
        name = inputs["name"]
        try:
            # Not given is Docker's own choice: a bridge inside this machine.
            answer = api.create_network(
                name,
                driver=inputs.get("driver"),
                options=inputs.get("options"),
                ipam=_ipam(inputs),
                check_duplicate=True,
                internal=inputs.get("internal") or False,
                labels=pairs_to_map(inputs.get("labels")),
                enable_ipv6=inputs.get("ipv6") or False,
                attachable=inputs.get("attachable"),
                ingress=inputs.get("ingress"),
            )
            network = api.inspect_network(answer["Id"])
        except engine_errors() as error:
            raise PluginError(f'Unable to create network "{name}": {in_words(error)}') from error
        properties = _properties(network, inputs.get("labels"))
        return Created(network["Id"], {**properties, "ipamOptions": inputs.get("ipamOptions")})

    def read(self, api: Any, id: str, properties: Properties) -> Properties | None:
        try:
            network = api.inspect_network(id)
        except engine_errors() as error:
            if is_not_found(error):
                return None
            raise PluginError(f'Unable to inspect network "{id}": {in_words(error)}') from error
        return _properties(network, properties.get("labels"))

    def update(self, api: Any, id: str, olds: Properties, news: Properties) -> None:
        """Do nothing: a network has nothing that could change in place."""

    def delete(self, api: Any, id: str, properties: Properties) -> None:
        try:
            api.remove_network(id)
        except engine_errors() as error:
            if not is_not_found(error):
                raise PluginError(
                    f'Unable to remove network "{properties.get("name", id)}": {in_words(error)};'
                    f" `docker network inspect {id}` shows what is joined to it"
                ) from error


def _ipam(inputs: Properties) -> Properties:
    return {
        "Driver": inputs.get("ipamDriver") or "default",
        "Options": inputs.get("ipamOptions") or {},
        "Config": [
            {
                "Subnet": pool.get("subnet") or "",
                "IPRange": pool.get("ipRange") or "",
                "Gateway": pool.get("gateway") or "",
                "AuxiliaryAddresses": pool.get("auxAddress") or {},
            }
            for pool in array_or_empty(inputs.get("ipamConfigs"))
        ],
    }


def _properties(network: Properties, labels: Any) -> Properties:
    ipam = object_or_empty(network.get("IPAM"))
    return {
        "attachable": network["Attachable"],
        "driver": network["Driver"],
        "id": network["Id"],
        "ingress": network["Ingress"],
        "internal": network["Internal"],
        "ipamConfigs": [
            {
                "auxAddress": pool.get("AuxiliaryAddresses") or {},
                "gateway": pool.get("Gateway") or "",
                "ipRange": pool.get("IPRange") or "",
                "subnet": pool.get("Subnet") or "",
            }
            for pool in array_or_empty(ipam.get("Config"))
        ],
        "ipamDriver": ipam.get("Driver") or "default",
        "ipamOptions": ipam.get("Options") or {},
        "ipv6": network["EnableIPv6"],
        "labels": refreshed_pairs(labels, network.get("Labels")),
        "name": network["Name"],
        "options": network.get("Options") or {},
        "scope": network["Scope"],
    }
