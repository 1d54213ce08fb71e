"""Runs the SDK's host for dynamic providers until Pulumi closes it or is gone."""

import runpy
import sys

import engine_watch

if __name__ == "__main__":
    engine_watch.end_with_parent()
    # As with `python -m`: the classes of dynamic resources are imported from the program's folder.
    sys.path[0] = ""
    sys.argv = ["pulumi.dynamic", *sys.argv[1:]]
    runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)
