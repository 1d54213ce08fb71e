"""The executables through which Pulumi starts the stand-ins."""

import shlex
from pathlib import Path

from toolchain.places import Checkout
from toolchain.setup.files import write_executable

_CHILD = Path(__file__).parents[2] / "standins" / "language_host" / "child"

# In both, the project's folder goes last on the search path, and the working folder, which is the
# user's program, not at all: a grpc.py or docker.py there must not become that library.
_LANGUAGE_HOST = """\
#!/bin/sh
# Serves Python programs to Pulumi; written by the set-up.
exec {python} -c 'import sys
sys.path[:] = [*sys.path[1:], sys.argv.pop(1)]
from standins.language_host.server import main
sys.exit(main(sys.argv[1:]))' {root} "$@"
"""

_DOCKER_STAND_IN = """\
#!/bin/sh
# Stands in for the vendor's docker plugin; written by `make setup`.
exec {python} -P -c 'import sys
from runpy import run_module
sys.path.append(sys.argv.pop(1))
run_module("standins.docker_plugin", run_name="__main__", alter_sys=True)' {root} "$@"
"""

# `destroy` and `refresh` run no program: Pulumi hands over the runtime options of Pulumi.yaml
# and starts this in the program's folder.
_DYNAMIC = """\
#!/bin/sh
# Serves dynamic providers in Python to Pulumi; written by the set-up.
python=${{PULUMI_PYTHON_CMD:-{python}}}
environment=${{PULUMI_RUNTIME_VIRTUALENV:-}}
if [ -z "$environment" ] && [ "${{PULUMI_RUNTIME_TOOLCHAIN:-}}" = uv ]; then
    environment=.venv
fi
if [ -n "$environment" ]; then
    python=${{environment%/}}/bin/python
    case $python in
    /*) ;;
    *) python=$PWD/$python ;;
    esac
    if [ ! -x "$python" ]; then
        echo "Pulumi.yaml: runtime option virtualenv is $environment, but there is no $python;" \\
            "make it with \\`pulumi install\\`" >&2
        exit 1
    fi
    VIRTUAL_ENV=${{python%/bin/python}}
    PATH=$VIRTUAL_ENV/bin:$PATH
    export VIRTUAL_ENV PATH
    unset PYTHONHOME
fi
exec "$python" -u {script} "$@"
"""


def write_language_host_stand_ins(folder: Path, python: Path, project_root: Path) -> list[Path]:
    """Write the language host and the host of dynamic providers, and return their paths.

    Inputs: the folder to write to, made when missing; the interpreter with Pulumi's SDK that
    serves them, and that runs programs without a virtual environment of their own; the folder
    that holds the package `standins`. A second run writes the same bytes; each file appears
    whole or not at all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    words = {
        "python": shlex.quote(str(python)),
        "root": shlex.quote(str(project_root)),
        "script": shlex.quote(str(_CHILD / "serve_dynamic.py")),
    }
    return [
        write_executable(folder / "pulumi-language-python", _LANGUAGE_HOST.format(**words)),
        write_executable(folder / "pulumi-resource-pulumi-python", _DYNAMIC.format(**words)),
    ]


def write_docker_stand_in(checkout: Checkout) -> Path:
    """Write the docker plugin into `.slipway/standins` and return its path."""
    return write_executable(
        checkout.private / "standins" / "pulumi-resource-docker",
        _DOCKER_STAND_IN.format(
            python=shlex.quote(str(checkout.python)), root=shlex.quote(str(checkout.root))
        ),
    )
