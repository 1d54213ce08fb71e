"""An image that a registry has already: nothing is built, and pods name its digest."""

import pulumi
from slipway import App, Image, Target

target = Target.select()
image = Image("web", reference=pulumi.Config().require("image"), target=target)
app = App("web", image=image, replicas=2, target=target)
pulumi.export("url", app.url)
pulumi.export("image", image.reference)
