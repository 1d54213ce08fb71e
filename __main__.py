"""The application that the stack file describes, on the target that it selects."""

import pulumi

from components import App, Image, Target
from stacks.settings import Settings

settings = Settings.load()
target = Target.select()
image = Image(settings.name, settings.image, target=target)
app = App(settings.name, settings.app, image=image, target=target)

pulumi.export("url", app.url)
pulumi.export("image", image.reference)
pulumi.export("context", target.context)
pulumi.export("clusterUid", target.cluster_uid)
