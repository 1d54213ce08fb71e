"""An application on an existing cluster, at a host name, with an image that CI has pushed."""

import pulumi
from slipway import App, AutoscaleArgs, Image, Target

target = Target.select()
image = Image("web", reference="registry.example/team/web:1.0.0", target=target)
app = App(
    "web",
    image=image,
    target=target,
    health="/healthz",
    autoscale=AutoscaleArgs(min=3, max=10),
)
pulumi.export("url", app.url)
pulumi.export("clusterUid", target.cluster_uid)
