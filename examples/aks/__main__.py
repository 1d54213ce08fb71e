"""An AKS cluster of three nodes, handed over by its kubeconfig."""

import base64

import pulumi
from pulumi_azure_native import containerservice, resources

config = pulumi.Config()

group = resources.ResourceGroup("slipway")
cluster = containerservice.ManagedCluster(
    "slipway",
    resource_group_name=group.name,
    dns_prefix="slipway",
    kubernetes_version=config.get("version") or "1.35",
    identity=containerservice.ManagedClusterIdentityArgs(
        type=containerservice.ResourceIdentityType.SYSTEM_ASSIGNED
    ),
    agent_pool_profiles=[
        containerservice.ManagedClusterAgentPoolProfileArgs(
            name="nodes",
            mode=containerservice.AgentPoolMode.SYSTEM,
            count=config.get_int("nodes") or 3,
            vm_size=config.get("size") or "Standard_D2s_v5",
        )
    ],
)
credentials = containerservice.list_managed_cluster_user_credentials_output(
    resource_group_name=group.name, resource_name=cluster.name
)

pulumi.export(
    "kubeconfig",
    pulumi.Output.secret(
        credentials.apply(lambda found: base64.b64decode(found.kubeconfigs[0].value).decode())
    ),
)
