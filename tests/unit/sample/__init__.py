"""What the sample application promises, tested on its real programs."""
