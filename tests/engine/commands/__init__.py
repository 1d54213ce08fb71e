"""Commands of a checkout with the real Pulumi engine and a file backend."""
