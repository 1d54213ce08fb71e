"""The executables by which Pulumi finds the language host and its host for dynamic providers."""

import shlex
from pathlib import Path

from toolchain.setup.home import write_executable

_CHILD = Path(__file__).parents[2] / "standins" / "language_host" / "child"

# The project's folder goes last on the search path, and the working folder, which is the user's
# program, not at all: a file grpc.py there must not become the library of that name.
_LANGUAGE_HOST = """\
#!/bin/sh
# Serves Python programs to the Pulumi engine; written by the set-up.
exec {python} -c 'import sys
sys.path[:] = [*sys.path[1:], sys.argv.pop(1)]
from standins.language_host.server import main
sys.exit(main(sys.argv[1:]))' {root} "$@"
"""

# `destroy` and `refresh` run no program: the engine hands over the runtime options of Pulumi.yaml
# and starts this in the program's folder.
_DYNAMIC = """\
#!/bin/sh
# Serves dynamic providers in Python to the Pulumi engine; written by the set-up.
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


def write_launchers(folder: Path, python: Path, project_root: Path) -> list[Path]:
    """Write the executables that Pulumi looks for on PATH, and return their paths.

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
