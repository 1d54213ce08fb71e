"""This machine: commands, Docker, ports, its platform, and what other stacks own on it."""
