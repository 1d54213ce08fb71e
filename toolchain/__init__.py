"""Finding, downloading or building the tools, and what a registry-only machine needs."""
