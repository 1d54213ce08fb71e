"""The sources that this machine can use: published releases and images, or those made here."""

from toolchain.reach.choice import Choice, Reach, choose_images, choose_tools
from toolchain.reach.remembered import Remembered

__all__ = ["Choice", "Reach", "Remembered", "choose_images", "choose_tools"]
