"""What happens on this machine: dynamic resources over kind, kubectl and the container engine.

Their work is idempotent: a run that was killed half-way is completed, or cleared away and done
anew, by the next one.
"""
