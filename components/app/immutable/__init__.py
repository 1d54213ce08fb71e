"""Fields that the API server does not change, and what an update does when they change.

Objects have fixed names, so that the replacement of an object is its deletion, and then a new one.
Where Kubernetes has a way to change the object in its place, that is used; everything else is
refused in the preview unless the settings allow it.
"""

from .fields import changed_in_place
from .guard import ImmutableFields
from .in_place import in_place_hook, marked

__all__ = ["ImmutableFields", "changed_in_place", "in_place_hook", "marked"]
