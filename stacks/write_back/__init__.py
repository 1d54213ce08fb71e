"""Changes that were made by hand in a cluster, written into the settings of a stack file."""
