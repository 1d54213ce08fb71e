"""Forms of names, keys, labels, quantities and ports, as JSON Schema.

https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
"""

from typing import Any

from ..k8s import syntax

Schema = dict[str, Any]

LABEL = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
QUALIFIED = (
    r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
    r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"
)
ANNOTATION = (  # the prefix of an annotation's key may have capitals
    r"^([A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*/)?"
    r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"
)
LABEL_VALUE = r"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$"
QUANTITY = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$"
BASE64 = r"^([A-Za-z0-9+/\s]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\s*$"
PORT_FORM = r"^(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
PREFIX = r"^([a-z0-9]([-a-z0-9.]*)?)?$"
"""Beginning of a name, to which the API server adds letters."""
TIME = r"^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})$"
KEY = r"^[-._a-zA-Z0-9]+$"

PORT: Schema = {"type": "integer", "minimum": 1, "maximum": 65535}
COUNT: Schema = {"minimum": 0}
POSITIVE: Schema = {"minimum": 1}
LABELS: Schema = {
    "propertyNames": {"pattern": QUALIFIED, "maxLength": 317},
    "additionalProperties": {"type": "string", "pattern": LABEL_VALUE, "maxLength": 63},
}
NAME: Schema = {"pattern": LABEL, "maxLength": 63}
SUBDOMAIN: Schema = {"pattern": syntax.SUBDOMAIN, "maxLength": 253}
SUBDOMAIN_OR_NONE: Schema = {"pattern": f"^$|{syntax.SUBDOMAIN}", "maxLength": 253}
GIVEN: Schema = {"minLength": 1}
KEYS: Schema = {"propertyNames": {"pattern": KEY, "maxLength": 253}}
PROTOCOL: Schema = {"enum": ["TCP", "UDP", "SCTP"]}
DELAY: Schema = {"type": "integer", "minimum": 0}


USER: Schema = {"minimum": 0, "maximum": 2**31 - 1}


def one_of(*values: str) -> Schema:
    """Return the schema of one of these texts."""
    return {"enum": list(values)}


PORT_NAME: Schema = {"type": "string", "pattern": PORT_FORM, "maxLength": 15}
PORT_OR_NAME: Schema = {"anyOf": [PORT, PORT_NAME]}
COUNT_OR_SHARE: Schema = {
    "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+%$"}],
}
