"""Stand-ins for kind, minikube, Docker, kubectl and a registry, kept in memory."""
