"""Lock: the facts of a stack that rendering needs and cannot look up."""

from collections.abc import Mapping

import pulumi

from .app import App
from .lock_file import LockFile
from .settings.stack_file import lock_path


class Lock(pulumi.ComponentResource):
    """`<stack>.lock.yaml` beside the stack file: digests and users of images, and their sources.

    It may be committed, so that a later commit can be rendered where nothing can be looked up. It
    is written once the applications are deployed: a version that failed is not in it.
    """

    def __init__(
        self, name: str, apps: Mapping[str, App], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("slipway:index:Lock", name, None, opts)
        facts = pulumi.Output.all(**{name: app.facts for name, app in apps.items()})
        LockFile(
            f"{name}-file",
            path=lock_path(pulumi.get_stack()),
            content={"applications": facts},
            opts=pulumi.ResourceOptions(parent=self, depends_on=list(apps.values())),
        )
        self.register_outputs({})
