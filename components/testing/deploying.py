"""Deploy a program in a test: without an engine, a provider or a cluster."""

from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from ..checks.store import DEFAULT
from .answers import Answers, Outputs, Result
from .changes import changes
from .deployment import Deployment
from .errors import RejectedObjects, SecretLeak
from .leaks import leaked
from .monitor import Monitor
from .project import Program, configuration, project_name, runnable
from .requests import Requests
from .values import secrets_in
from .world import World, run


def deploy(
    program: Program,
    *,
    stack: str = "test",
    config: Mapping[str, Any] | None = None,
    project: str | None = None,
    folder: Path | None = None,
    organization: str = "organization",
    outputs: Mapping[str, Outputs] | None = None,
    calls: Mapping[str, Result] | None = None,
    references: Mapping[str, Mapping[str, Any]] | None = None,
    before: Deployment | None = None,
    preview: bool = False,
    kubernetes: str | None = DEFAULT,
    strict: bool = False,
    allow_leaks: bool = False,
) -> Deployment:
    """Run a program to its end and return what it registered, with all options.

    `program` is a function, a folder with Pulumi.yaml, or a Python file. `config` has plain values
    by key (`replicas`, `aws:region`), `secret(…)` around secret ones; they go over those of the
    file of `stack` if there is one in the program's folder, or in `folder`. `outputs` are what
    providers add to the inputs of a type of resource, `calls` the results of their functions,
    `references` the outputs of other stacks by name. `before` is the deployment before this one:
    `changes` says what differs. With `preview`, what providers only know later is unknown.

    Raises what the program raises; RejectedObjects for Kubernetes objects that a cluster of the
    version `kubernetes` would refuse (None checks nothing; `strict` as in `check`), SecretLeak for
    secrets in plain text, DuplicateResource, ProtectedResource and UnansweredCall. Neither
    Pulumi's settings nor the event loop of the process are changed.
    """
    start, own_folder = runnable(program)
    folder = folder or own_folder
    name = project or project_name(folder) or "project"
    settings = configuration(config or {}, name, stack, folder)
    world = World(
        project=name,
        stack=stack,
        organization=organization,
        folder=folder or Path.cwd(),
        config=settings.texts,
        secret_keys=settings.secret_keys,
        preview=preview,
    )
    old = () if before is None else before.resources
    answers = Answers(outputs or {}, calls or {}, references or {})
    known = {each.urn: each for each in old}
    monitor = Monitor(Requests(name, stack), answers, known, preview=preview)
    messages = run(start, world, monitor)
    resources = tuple(sorted(monitor.recorded.values(), key=lambda each: each.urn))
    made = Deployment(resources, monitor.exports, changes(resources, old), tuple(messages), preview)
    if not allow_leaks:
        answered = [answers.references, *(o for o in answers.outputs.values() if not callable(o))]
        given = chain(settings.secrets, *map(secrets_in, answered))
        if places := leaked(resources, monitor.exports, messages, given):
            raise SecretLeak(places)
    if kubernetes is not None and (findings := made.check(kubernetes=kubernetes, strict=strict)):
        raise RejectedObjects(findings)
    return made
