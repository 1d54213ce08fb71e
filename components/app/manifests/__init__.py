"""The Kubernetes objects of an application, as plain manifests.

Pure: updates and rendering both use `parts`, so they cannot differ. Leaves such as the image may
be a string or a `pulumi.Output`; no function here depends on their values.
"""

from ..placement import Manifest, Placement
from .parts import IMAGES, SECRET, SERVICE, Part, parts

__all__ = ["IMAGES", "SECRET", "SERVICE", "Manifest", "Part", "Placement", "parts"]
