"""Clusters made or adopted by minikube."""
