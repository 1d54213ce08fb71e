"""Resources that the vendor bridges from a Terraform provider: Container, Volume and others.

Their inputs, defaults, differences and state all follow from a table of properties, as in the
bridge itself; only what touches Docker is written per resource.
"""
