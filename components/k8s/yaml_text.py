"""YAML as Go's libraries read it, which most tools of Kubernetes use.

They follow YAML 1.1 for some values and 1.2 for others: `y`, `1e3` and `0o7` are no texts to them
(https://pkg.go.dev/gopkg.in/yaml.v3).
"""

import re
from typing import Any

import yaml

_NO_TEXT = re.compile(
    r"y|n|yes|no|on|off|true|false|null|~|<<|=|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([t ].*)?"
    r"|[-+]?(0b[01_]+|0o?[0-7_]+|0x[0-9a-f_]+|[-+]?[0-9][0-9_]*(\.[0-9_]*)?(e[-+]?[0-9]+)?"
    r"|\.[0-9_]+(e[-+]?[0-9]+)?|\.inf|\.nan)",
    re.IGNORECASE,
)


class _Dumper(yaml.SafeDumper):
    """Writes values in full wherever they occur: not every tool reads anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = "'" if _NO_TEXT.fullmatch(text) else None
    return dumper.represent_scalar(  # pyright: ignore[reportUnknownMemberType]
        "tag:yaml.org,2002:str", text, style
    )


_Dumper.add_representer(str, _represent_text)


def dump(*documents: Any) -> str:
    """Return documents as YAML, keys in their order; every text stays one for all readers."""
    return yaml.dump_all(documents, Dumper=_Dumper, sort_keys=False)
