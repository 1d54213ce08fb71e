"""Properties of a bridged resource: type, who sets it, and the effect of a change."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


class Kind(Enum):
    """The types of the bridge. A set is an array whose order means nothing."""

    STRING = "string"
    INT = "int"
    BOOL = "bool"
    LIST = "list"
    SET = "set"
    MAP = "map"
    OBJECT = "object"


@dataclass(frozen=True)
class Property:
    """One property of a resource or of an object inside it."""

    kind: Kind
    fields: "Mapping[str, Property] | None" = None
    """The properties of an object, or of a list's or set's elements."""
    terraform_name: str | None = None
    """The provider's name where the usual rule (camel to snake case) does not give it."""
    required: bool = False
    is_input: bool = True
    computed: bool = False
    """Docker gives a value when the program gives none; then nothing is compared."""
    replaces: bool = False
    """A change makes a new resource."""
    default: Any = None
    is_block: bool = False
    """Absent elements read as an empty array, not as null."""
    pattern: str | None = None
    """Pattern of a string."""
    served: bool = True
    """False for what this stand-in refuses by name."""
    blank_is_unset: bool = False
    """An empty string from the program leaves Docker's value alone."""
    autonamed: bool = False

    @property
    def is_collection(self) -> bool:
        return self.kind in (Kind.LIST, Kind.SET)


@dataclass(frozen=True)
class Schema:
    """A bridged resource: its token, what errors call it, and its properties."""

    token: str
    properties: Mapping[str, Property]
    delete_first: bool = False
    """A replacement deletes the old one before it creates the new one."""
    state_version: str | None = None
    """The provider's version of the state, kept in the hidden `__meta`."""
    has_timeouts: bool = False

    @property
    def stable_names(self) -> list[str]:
        """Return the properties that can only change by a replacement."""
        return sorted(name for name, item in self.properties.items() if item.replaces)


def zero(item: Property) -> Any:
    """Return the value that Terraform takes for one that is not there."""
    zeros: dict[Kind, Any] = {
        Kind.STRING: "",
        Kind.INT: 0,
        Kind.BOOL: False,
        Kind.LIST: [],
        Kind.SET: [],
        Kind.MAP: {},
        Kind.OBJECT: None,
    }
    return zeros[item.kind]


def is_blank(value: Any) -> bool:
    """Return whether the value is empty: null, or the zero of its type."""
    return value is None or value in ("", 0, False, [], {})
