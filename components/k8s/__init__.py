"""Any Kubernetes cluster: kubectl, kubeconfig, objects, versions, readiness, draining."""
