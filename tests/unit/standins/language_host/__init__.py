"""The stand-in for Pulumi's Python language host, without Pulumi's engine."""
