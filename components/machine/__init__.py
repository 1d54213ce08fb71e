"""This machine: commands, Docker, ports, its platform, and conflicts with other owners."""
