"""A stand-in for Pulumi's Python language host, the executable `pulumi-language-python`.

The vendor ships it as a binary only. This one serves the same protocol (LanguageRuntime of
Pulumi 3.259) on the SDK's own generated modules: it runs programs and policy packs, lists and
installs what a program depends on, and refuses by name what generates code. Differences, all
on purpose: tracebacks show the user's frames only, a program that fails prints one message,
and a run that Pulumi interrupts ends at once and without a traceback.
"""
