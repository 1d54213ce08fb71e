"""The program of a user who installed the package, as the README shows it."""

SIX_LINES = """\
import pulumi
from slipway import App, Image, Target
target = Target.select()
image = Image("web", context="./app", target=target)
app = App("web", image=image, port=8080, replicas=3, target=target)
pulumi.export("url", app.url)
"""
