"""A StatefulSet: each pod has a name and a volume of its own, and keeps both."""

import pulumi
from slipway import App, Image, StorageArgs, Target

target = Target.select()
app = App(
    "visits",
    image=Image("visits", context="./app", target=target),
    target=target,
    kind="StatefulSet",
    replicas=2,
    storage=[StorageArgs(path="/var/lib/visits", size="16Mi")],
)
pulumi.export("url", app.url)
