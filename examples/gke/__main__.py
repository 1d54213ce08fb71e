"""A regional GKE cluster, a node in each of three zones, handed over by its kubeconfig."""

import json

import pulumi
import pulumi_gcp as gcp

config = pulumi.Config()

cluster = gcp.container.Cluster(
    "slipway",
    location=config.get("region") or "europe-west1",
    min_master_version=config.get("version") or "1.35",
    initial_node_count=1,
    remove_default_node_pool=True,
    deletion_protection=False,
)
nodes = gcp.container.NodePool(
    "slipway",
    cluster=cluster.name,
    location=cluster.location,
    node_count=1,  # in each zone
    node_config=gcp.container.NodePoolNodeConfigArgs(
        machine_type=config.get("size") or "e2-standard-2",
        oauth_scopes=["https://www.googleapis.com/auth/cloud-platform"],
    ),
)


def kubeconfig(name: str, endpoint: str, certificate: str) -> str:
    """A kubeconfig whose user is whoever `gcloud` knows where it is used."""
    login = {
        "apiVersion": "client.authentication.k8s.io/v1beta1",
        "command": "gke-gcloud-auth-plugin",
        "provideClusterInfo": True,
        "interactiveMode": "Never",
    }
    server = {"server": f"https://{endpoint}", "certificate-authority-data": certificate}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": server}],
            "users": [{"name": name, "user": {"exec": login}}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
            "current-context": name,
        }
    )


# After the nodes: an application that is deployed next finds somewhere to run.
known = pulumi.Output.all(
    cluster.name, cluster.endpoint, cluster.master_auth.cluster_ca_certificate, nodes.id
)
pulumi.export("kubeconfig", pulumi.Output.secret(known.apply(lambda all: kubeconfig(*all[:3]))))
