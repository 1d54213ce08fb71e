"""Applications made of App."""

from components import App, Image
from components.targets.base import Target
from components.targets.kind import KindTarget, KindTargetArgs


def make(count: int) -> None:
    """`count` applications of one image."""
    target: Target = KindTarget("target", KindTargetArgs(product="kind"))
    image = Image("web", reference="registry.example/web:1", target=target)
    for number in range(count):
        App(f"web-{number}", image=image, target=target, expose=False)
