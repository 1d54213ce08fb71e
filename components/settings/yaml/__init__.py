"""YAML as Pulumi's Go library reads it: the one reading of stack files and what lies beside them.

The library, gopkg.in/yaml.v3, follows neither YAML 1.1 nor 1.2: `yes` is a text, and `010` is 8.
"""

from .document import Mapping, NoText, YAMLError, read
from .timestamp import Timestamp

__all__ = ["Mapping", "NoText", "Timestamp", "YAMLError", "read"]
