"""The commands behind `make up`, `make down` and others, around plain Pulumi commands."""
