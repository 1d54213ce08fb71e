"""The applications that the stack file describes, on the target that it selects."""

import pulumi

from components import App, Image, Lock, Target
from stacks.settings import Settings

settings = Settings.load()
target = Target.select(settings.target, production=settings.production)
images = {
    name: Image(name, args.image, target=target) for name, args in settings.applications.items()
}
apps = {
    name: App(name, args.app, image=images[name], target=target)
    for name, args in settings.applications.items()
}
Lock("lock", apps)

exposed = (name for name, args in settings.applications.items() if args.app.is_exposed)
first = next(exposed, next(iter(apps)))
pulumi.export("url", apps[first].url)
pulumi.export("image", images[first].reference)
pulumi.export("context", target.context)
pulumi.export("clusterUid", target.cluster_uid)
if len(apps) > 1:
    pulumi.export("urls", {name: app.url for name, app in apps.items()})
