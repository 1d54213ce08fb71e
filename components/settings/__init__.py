"""Settings: the base of all models, the report of wrong ones, the reader of stack files."""
