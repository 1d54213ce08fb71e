"""Clusters that minikube makes, or that the user made with it."""
