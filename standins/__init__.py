"""Small stand-ins for Pulumi plugins that cannot be had where only package registries answer."""
