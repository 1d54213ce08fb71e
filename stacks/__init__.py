"""Stack files: their settings, their JSON Schema, and the rendering of their manifests."""
