"""An EKS cluster of three nodes, handed over by its kubeconfig."""

import pulumi
import pulumi_eks as eks

config = pulumi.Config()
nodes = config.get_int("nodes") or 3

cluster = eks.Cluster(
    "slipway",
    version=config.get("version") or "1.35",
    instance_type=config.get("size") or "m6i.large",
    desired_capacity=nodes,
    min_size=nodes,
    max_size=2 * nodes,
)

# Its user runs `aws eks get-token`: the AWS command line has to be where the application is
# deployed from.
pulumi.export("kubeconfig", pulumi.Output.secret(cluster.kubeconfig_json))
