"""The Kubernetes objects of an application, as plain manifests.

Pure: registering and rendering both go through `parts`, so they cannot differ. Leaves such as the
image may be a string or a `pulumi.Output`; nothing here looks at them.
"""

from .parts import Part, parts
from .place import Manifest, Placement

__all__ = ["Manifest", "Part", "Placement", "parts"]
