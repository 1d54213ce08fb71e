"""A DigitalOcean cluster of three nodes, handed over by its kubeconfig."""

import pulumi
import pulumi_digitalocean as digitalocean

config = pulumi.Config()
minor = config.get("version") or "1.35"
versions = digitalocean.get_kubernetes_versions_output(version_prefix=f"{minor}.")

cluster = digitalocean.KubernetesCluster(
    "slipway",
    region=config.get("region") or "ams3",
    version=versions.latest_version,
    node_pool=digitalocean.KubernetesClusterNodePoolArgs(
        name="nodes",
        size=config.get("size") or "s-2vcpu-4gb",
        node_count=config.get_int("nodes") or 3,
    ),
)

pulumi.export(
    "kubeconfig",
    pulumi.Output.secret(cluster.kube_configs.apply(lambda found: found[0].raw_config)),
)
