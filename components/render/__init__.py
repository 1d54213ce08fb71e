"""Render: the objects that an update applies, as files for Argo CD, Flux or `kubectl apply -k`."""
