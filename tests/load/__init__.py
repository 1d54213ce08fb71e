"""Open-loop load: each request is due at a fixed time, whatever became of the ones before it.

Latency counts from the time at which a request was due, so that a stall of the server, or of the
generator, delays every request in it. The generator is a process of its own.
"""
