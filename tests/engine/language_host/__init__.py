"""Pulumi's engine with the stand-in for its Python language host."""
