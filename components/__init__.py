"""Pulumi components that take an application from its Dockerfile to a Kubernetes service.

Import them as `slipway`; in a checkout `components` is the same package. A name is loaded when it
is first used: the process that serves dynamic providers needs few of them.
"""

from .lazy import names_of

__getattr__, __dir__, __all__ = names_of(__name__, __file__)

__version__ = "0.1.0"
"""Version of the package; pyproject.toml reads it here."""
