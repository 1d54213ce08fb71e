"""Property values: between protobuf Structs and plain Python values.

Pulumi sends an unknown as one fixed string and a secret as an object with one fixed key.
This plugin does not announce that it accepts secrets, so values arrive plain; the wrapper is
removed all the same, because state written by other versions may hold it.
"""

from typing import Any, TypeGuard

from standins.docker_plugin.stubs import struct_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE_KEY = "4dabf18193072939515e22adb298388d"
_SECRET_SIGNATURE = "1b47061264138c4ac30d75fd1eb44270"

Properties = dict[str, Any]


def secret(value: Any) -> Properties:
    """Return `value` in the wrapper that makes Pulumi encrypt it in the state file."""
    return {_SIGNATURE_KEY: _SECRET_SIGNATURE, "value": value}


def decode(struct: Any) -> Properties:
    """Return the Struct as a dict: whole numbers as int, secrets unwrapped, nulls as None."""
    return {name: _decode_value(value) for name, value in struct.fields.items()}


def encode(properties: Properties) -> Any:
    """Return the dict as a Struct."""
    struct = struct_pb2.Struct()
    struct.update(properties)
    return struct


def is_object(value: Any) -> TypeGuard[Properties]:
    """Tell whether a property value is an object or a map."""
    return isinstance(value, dict)


def is_array(value: Any) -> TypeGuard[list[Any]]:
    """Tell whether a property value is an array."""
    return isinstance(value, list)


def object_or_empty(value: Any) -> Properties:
    """Return the value if it is an object, else an empty one."""
    return value if is_object(value) else {}


def array_or_empty(value: Any) -> list[Any]:
    """Return the value if it is an array, else an empty one."""
    return value if is_array(value) else []


def has_unknown(value: Any) -> bool:
    """Tell whether `value` is unknown or holds an unknown at any depth."""
    if is_object(value):
        return any(has_unknown(item) for item in value.values())
    if is_array(value):
        return any(has_unknown(item) for item in value)
    return value == UNKNOWN


def _decode_value(value: Any) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        fields = value.struct_value.fields
        if _SIGNATURE_KEY in fields and fields[_SIGNATURE_KEY].string_value == _SECRET_SIGNATURE:
            return _decode_value(fields["value"])
        return decode(value.struct_value)
    if kind == "list_value":
        return [_decode_value(item) for item in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "string_value":
        return value.string_value
    if kind == "bool_value":
        return value.bool_value
    return None
