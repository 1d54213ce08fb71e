"""What `make up`, `make down` and the others do around plain Pulumi commands."""
