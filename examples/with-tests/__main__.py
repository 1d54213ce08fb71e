"""A Deployment, its Secret and its Service, with the classes of Pulumi's Kubernetes provider."""

import pulumi
from pulumi_kubernetes.apps.v1 import Deployment
from pulumi_kubernetes.core.v1 import Secret, Service

config = pulumi.Config()
labels = {"app": "shop"}
port = {"name": "http", "containerPort": 8080}

secret = Secret("shop", string_data={"password": config.require_secret("password")})

Deployment(
    "shop",
    metadata={"name": "shop"},
    spec={
        "replicas": config.get_int("replicas") or 1,
        "selector": {"matchLabels": labels},
        "template": {
            "metadata": {"labels": labels},
            "spec": {
                "containers": [
                    {
                        "name": "shop",
                        "image": "registry.example/shop:1",
                        "ports": [port],
                        "envFrom": [{"secretRef": {"name": secret.metadata["name"]}}],
                        "readinessProbe": {"httpGet": {"path": "/healthz", "port": "http"}},
                    }
                ]
            },
        },
    },
)

service = Service(
    "shop",
    metadata={"name": "shop"},
    spec={"selector": labels, "ports": [{"port": 80, "targetPort": "http"}]},
)

pulumi.export("host", pulumi.Output.concat(service.metadata["name"], ".default.svc"))
