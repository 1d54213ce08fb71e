"""What users see when their program runs under the stand-in for the language host.

Each run of `pulumi` takes a second or two, so a test follows one stack through several.
"""

import signal
import time
from pathlib import Path

import pytest

from .pulumi_project import Project

pytestmark = pytest.mark.engine

THING = """
import os
from pathlib import Path
from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider, UpdateResult

class Provider(ResourceProvider):
    def create(self, props):
        return CreateResult("id", {**props, "made": "yes"})
    def diff(self, id, old, new):
        return DiffResult(changes=old["size"] != new["size"])
    def update(self, id, old, new):
        if new["size"] > 2:
            raise RuntimeError("too large")
        return UpdateResult({**new, "made": "again"})
    def delete(self, id, props):
        Path("deleted").write_text(str(props["size"]))

class Thing(Resource):
    def __init__(self, name, size, opts=None):
        super().__init__(Provider(), name, {"size": size, "made": None}, opts)
"""

PROGRAM = """
import pulumi
from thing import Thing

def note(name):
    def hook(args):
        print(f"{name} of {args.name}")
    return pulumi.ResourceHook(name, hook)

def explain(args):
    print(f"{args.failed_operation} failed: {args.errors[0]}")
    return False

hooks = pulumi.ResourceHookBinding(
    before_create=[note("before-create")],
    after_create=[note("after-create")],
    after_delete=[note("after-delete")],
    on_error=[pulumi.ErrorHook("explain", explain)],
)
config = pulumi.Config()
thing = Thing("t", config.require_int("size"), pulumi.ResourceOptions(hooks=hooks))
pulumi.export("made", thing.made)
pulumi.export("hidden", config.require_secret("hidden"))
"""


def test_a_stack_with_hooks_and_a_dynamic_resource_lives_from_up_to_destroy(
    project: Project, tmp_path: Path
) -> None:
    project.program(PROGRAM, thing=THING)
    project.run("config", "set", "size", "1")
    project.run("config", "set", "--secret", "hidden", "do not show")

    shown = project.run("preview")
    assert "+ 2 to create" in shown and "before-create" not in shown
    shown = project.up()
    assert shown.index("before-create of t") < shown.index("after-create of t")
    assert "+ 2 created" in shown
    assert "do not show" not in shown, "a secret was printed"
    state = "".join(file.read_text() for file in (tmp_path / "state").rglob("*.json"))
    assert "yes" in state and "do not show" not in state, "a secret is in state in plain text"

    project.run("config", "set", "size", "3")
    shown = project.up(code=1)
    assert "update failed: Exception calling application: too large" in shown
    assert "Traceback" not in shown

    project.run("config", "set", "size", "2")
    assert "~ 1 updated" in project.up()
    assert "2 unchanged" in project.run("refresh", "--yes", "--skip-preview")
    assert "2 unchanged" in project.run("preview", "--expect-no-changes")
    outputs = project.read("stack", "output", "--json", "--show-secrets")
    assert outputs == {"made": "again", "hidden": "do not show"}

    shown = project.run("destroy", "--yes", "--skip-preview", "--run-program")
    assert "after-delete of t" in shown and "- 2 deleted" in shown
    assert (project.folder / "deleted").read_text() == "2.0"


def test_a_program_error_shows_the_users_lines_once_and_nothing_else(project: Project) -> None:
    project.program(
        "import helper\nhelper.fail(1)\n", helper="def fail(x):\n    raise KeyError(x)\n"
    )
    shown = project.up(code=1)
    _, diagnostics = shown.split("Diagnostics:", 1)
    assert diagnostics.count("error:") == 1 and diagnostics.count("KeyError: 1") == 1
    files = [line.split('"')[1] for line in diagnostics.splitlines() if "  File " in line]
    assert files == [str(project.folder / name) for name in ("__main__.py", "helper.py")]


def test_ctrl_c_ends_the_run_soon_and_without_noise(project: Project) -> None:
    project.program(
        "import time\nprint('begun')\ntry:\n    time.sleep(60)\nfinally:\n    print('cleaned up')\n"
    )
    pulumi = project.start("up", "--yes", "--skip-preview")
    assert pulumi.stdout is not None
    for line in pulumi.stdout:
        if "begun" in line:
            break
    pulumi.send_signal(signal.SIGINT)
    interrupted = time.monotonic()
    shown = pulumi.stdout.read()
    assert pulumi.wait() == 1
    assert time.monotonic() - interrupted < 10
    assert "error: update canceled" in shown and "cleaned up" in shown
    assert shown.count("error:") <= 2 and "Traceback" not in shown, shown
    project.program("")
    assert "1 created" in project.up(), "the interrupted run must leave no lock"


def test_a_missing_environment_is_made_and_a_missing_sdk_named(tmp_path: Path) -> None:
    options = {"virtualenv": "made", "toolchain": "pip"}
    project = Project(tmp_path, {"name": "python", "options": options})
    project.run("stack", "init", "dev")
    project.program("")
    shown = project.run("preview", code=1)
    python = project.folder / "made" / "bin" / "python"
    assert python.exists()
    report = f"{python} has no package pulumi; add it to requirements.txt and run `pulumi install`"
    assert report in shown and "Traceback" not in shown
    assert "Finished installing dependencies" in project.run("install")


def test_about_names_interpreter_and_packages(project: Project) -> None:
    project.program("")
    report = project.read("about", "--json", "--transitive")
    assert report["runtime"]["language"] == "python"
    assert "pulumi-kubernetes" in {package["name"] for package in report["dependencies"]}
