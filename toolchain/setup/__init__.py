"""What `make setup` does: decide where each tool comes from, get it, put it into the checkout."""
