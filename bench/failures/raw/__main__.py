"""An application with Pulumi alone: its objects, one after the other, each waited for."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

_KINDS: dict[str, Callable[..., pulumi.Resource]] = {
    "Deployment": k8s.apps.v1.Deployment,
    "Job": k8s.batch.v1.Job,
    "PodDisruptionBudget": k8s.policy.v1.PodDisruptionBudget,
    "Service": k8s.core.v1.Service,
}

config = pulumi.Config()
provider = k8s.Provider("kubernetes", context=config.require("context"))
limit = f"{config.require_int('seconds')}s"
objects: list[dict[str, Any]] = json.loads(Path("objects.json").read_text(encoding="utf-8"))
before: list[pulumi.Resource] = []
for each in objects:
    options = pulumi.ResourceOptions(
        provider=provider,
        depends_on=list(before),
        custom_timeouts=pulumi.CustomTimeouts(create=limit, update=limit),
    )
    make = _KINDS[each["kind"]]
    name = each["metadata"]["name"]
    before.append(make(name, metadata=each["metadata"], spec=each["spec"], opts=options))
