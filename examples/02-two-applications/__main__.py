"""Two applications: `web` is exposed and calls `api`, which only `web` may reach."""

import pulumi
from slipway import App, Image, Target

target = Target.select()
api = App(
    "api",
    image=Image("api", context="./api", target=target),
    target=target,
    replicas=2,
    expose=False,
)
web = App(
    "web",
    image=Image("web", context="./web", target=target),
    target=target,
    replicas=2,
    calls=[api],
    env={"API_URL": api.url},
)
pulumi.export("url", web.url)
