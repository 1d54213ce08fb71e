"""Container images made from Debian packages, for machines that cannot reach Docker Hub.

RECIPES are in the order in which a cluster needs them.
"""

from toolchain.images import haproxy, minikube_node, node, nodejs, registry
from toolchain.images.recipe import Recipe

RECIPES: tuple[Recipe, ...] = (
    node.RECIPE,
    registry.RECIPE,
    nodejs.RECIPE,
    haproxy.RECIPE,
    minikube_node.RECIPE,
)
