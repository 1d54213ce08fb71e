"""Container images made from Debian packages, for machines that cannot reach Docker Hub."""
