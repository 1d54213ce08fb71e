"""An image from a Dockerfile, as three replicas behind a URL."""

import pulumi
from slipway import App, Image, Target

target = Target.select()
image = Image("web", context="./app", target=target)
app = App("web", image=image, port=8080, replicas=3, target=target)
pulumi.export("url", app.url)
