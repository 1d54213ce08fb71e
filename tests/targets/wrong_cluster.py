"""Thirty ways in which a stack may come to face another cluster than its own.

Each is a case: how it comes about (the words that docs/wrong-cluster.md lists), the command that a
user would run, and what is prepared for it. Every command must fail, naming what is wrong.
"""

import base64
import copy
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.live.project import Project, Ran
from tests.targets.stand_in_cluster import StandInCluster

Config = dict[str, Any]


@dataclass
class Scene:
    """Two clusters, the stack's own and a wrong one, and a project whose stack is on its own."""

    project: Project
    own: StandInCluster
    wrong: StandInCluster
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    _number: int = 0

    @property
    def context(self) -> str:
        """The context that the stack file names."""
        return self.own.context

    @property
    def target(self) -> dict[str, Any]:
        return self.project.settings["slipway:target"]

    def renamed(self, cluster: StandInCluster, name: str) -> Config:
        """The kubeconfig of a cluster, with its context, user and cluster called `name`."""
        text = cluster.kubeconfig.read_text().replace(cluster.context, name)
        return yaml.safe_load(text)

    def use(self, *configs: Config) -> None:
        """Let KUBECONFIG name files with these contents."""
        self.environment["KUBECONFIG"] = ":".join(map(str, map(self.file, configs)))

    def pulumi(self, *command: str, check: bool = True) -> Ran:
        """Run `pulumi` where all this holds."""
        here = copy.copy(self.project)
        here.environment = {**self.project.environment, **self.environment}
        return here.pulumi(*command, check=check)

    def wrong_target(self) -> str:
        """The target of the stack file, with the wrong context."""
        return json.dumps({**self.target, "context": self.wrong.context})

    def file(self, config: Config) -> Path:
        self._number += 1
        path = self.folder / f"kubeconfig-{self._number}"
        path.write_text(yaml.safe_dump(config))
        return path


@dataclass(frozen=True)
class Case:
    """One way, by its words; `told` is in what the command prints."""

    words: str
    command: tuple[str, ...]
    prepare: Callable[[Scene], None]
    told: str = "refused: this stack deployed to"


_UP = ("up", "--yes", "--skip-preview")
_PREVIEW = ("preview",)


def _swap(scene: Scene) -> None:
    """The file is the other cluster's, under the names of the right one."""
    scene.use(scene.renamed(scene.wrong, scene.context))


def _both(scene: Scene) -> tuple[Config, Config]:
    return scene.renamed(scene.wrong, scene.context), scene.own.config()


def _first_of_two(scene: Scene) -> None:
    scene.use(*_both(scene))


def _cluster_entry_first(scene: Scene) -> None:
    wrong, own = _both(scene)
    scene.use({**wrong, "contexts": [], "users": []}, _with_user(own, scene.wrong.config()))


def _context_entry_first(scene: Scene) -> None:
    own, wrong = scene.own.config(), scene.wrong.config()
    context = {"name": scene.context, "context": wrong["contexts"][0]["context"]}
    scene.use({"contexts": [context]}, own, wrong)


def _with_user(config: Config, other: Config) -> Config:
    """A kubeconfig whose user has the credentials of another one's."""
    changed = copy.deepcopy(config)
    changed["users"][0]["user"] = other["users"][0]["user"]
    return changed


def _context_leads_elsewhere(scene: Scene) -> None:
    own, wrong = scene.own.config(), scene.wrong.config()
    own["clusters"] += wrong["clusters"]
    own["users"] += wrong["users"]
    own["contexts"][0]["context"] = wrong["contexts"][0]["context"]
    scene.use(own)


def _server_changed(*, secure: bool, user: bool) -> Callable[[Scene], None]:
    def prepare(scene: Scene) -> None:
        own, wrong = scene.own.config(), scene.wrong.config()
        cluster = own["clusters"][0]["cluster"]
        cluster["server"] = wrong["clusters"][0]["cluster"]["server"]
        if not secure:
            del cluster["certificate-authority-data"]
            cluster["insecure-skip-tls-verify"] = True
        scene.use(_with_user(own, wrong) if user else own)

    return prepare


def _link(scene: Scene) -> None:
    link = scene.folder / "link"
    link.unlink(missing_ok=True)
    link.symlink_to(scene.file(scene.renamed(scene.wrong, scene.context)))
    scene.environment["KUBECONFIG"] = str(link)


def _home(scene: Scene) -> None:
    kube = scene.folder / "home" / ".kube"
    kube.mkdir(parents=True, exist_ok=True)
    (kube / "config").write_text(yaml.safe_dump(scene.renamed(scene.wrong, scene.context)))
    scene.environment |= {"HOME": str(scene.folder / "home"), "KUBECONFIG": ""}


def _certificates_in_files(scene: Scene) -> None:
    config = scene.renamed(scene.wrong, scene.context)
    user = config["users"][0]["user"]
    for key in ("client-certificate", "client-key"):
        path = scene.folder / key
        path.write_bytes(base64.b64decode(user.pop(f"{key}-data")))
        user[key] = str(path)
    scene.use(config)


def _exec_login(scene: Scene) -> None:
    config = scene.renamed(scene.wrong, scene.context)
    token = scene.wrong.kubectl("create", "token", "default", "--namespace=default").strip()
    script = scene.folder / "login"
    answer = (
        '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",'
        f'"status":{{"token":"{token}"}}}}'
    )
    script.write_text(f"#!/bin/sh\necho '{answer}'\n")
    script.chmod(0o755)
    config["users"][0]["user"] = {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": str(script),
            "interactiveMode": "Never",
        }
    }
    scene.use(config)


def _settings(change: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """Both clusters are in the kubeconfig, and the stack file changes."""

    def prepare(scene: Scene) -> None:
        scene.use(scene.own.config(), scene.wrong.config())
        change(scene)
        scene.project.save_settings()

    return prepare


def _name_the_other(scene: Scene) -> None:
    scene.target["context"] = scene.wrong.context


def _name_the_other_in_a_base(scene: Scene) -> None:
    base = {"config": {"slipway:target": {**scene.target, "context": scene.wrong.context}}}
    (scene.project.folder / "stacks" / "Pulumi.base.yaml").write_text(yaml.safe_dump(base))
    scene.project.settings["slipway:extends"] = "base"
    scene.target.pop("context")


def _pin_the_own(scene: Scene) -> None:
    scene.target.update(context=scene.wrong.context, uid=scene.own.uid)


def _pin_a_third(scene: Scene) -> None:
    scene.target["uid"] = "00000000-0000-4000-8000-000000000000"


def _missing(scene: Scene) -> None:
    config = scene.wrong.config()
    config["current-context"] = scene.wrong.context
    scene.use(config)


def _empty(scene: Scene) -> None:
    scene.use({"apiVersion": "v1", "kind": "Config"})


def _case(words: str, *command: str) -> Case:
    return Case(words, command, _swap)


def _forget_unreachable(scene: Scene) -> None:
    _swap(scene)
    scene.environment["PULUMI_K8S_DELETE_UNREACHABLE"] = "true"


def _user_of_the_other(scene: Scene) -> None:
    scene.use(_with_user(scene.own.config(), scene.wrong.config()))


def _proxy(scene: Scene) -> None:
    config = scene.renamed(scene.wrong, scene.context)
    config["clusters"][0]["cluster"]["proxy-url"] = "http://127.0.0.1:1"
    scene.use(config)


_CONTEXT = "no usable context"
_ANSWER = "does not answer as it should"

CASES = (
    _case("another cluster under the same context: preview", *_PREVIEW),
    _case("another cluster under the same context: up", *_UP),
    _case("up with its own preview", "up", "--yes"),
    _case("up --refresh", *_UP, "--refresh"),
    _case("preview --refresh", *_PREVIEW, "--refresh"),
    _case("up --target with --target-dependents", *_UP, "--target", "**CloudTarget**",
          "--target-dependents"),
    _case("up --target-replace of what remembers the cluster", *_UP, "--target-replace",
          "**ClusterIdentity**"),
    _case("up --replace of everything", *_UP, "--replace", "**"),
    _case("up --exclude of the namespace", *_UP, "--exclude", "**Namespace**"),
    _case("up --continue-on-error", *_UP, "--continue-on-error"),
    _case("up --parallel 1", *_UP, "--parallel", "1"),
    Case("a KUBECONFIG list whose first file has the context too", _UP, _first_of_two),
    Case("a KUBECONFIG list whose first file has the cluster's entry", _UP, _cluster_entry_first),
    Case("a KUBECONFIG list whose first file leads the context elsewhere", _UP,
         _context_entry_first),
    Case("the context leads to another cluster of the same file", _UP, _context_leads_elsewhere),
    Case("another address with the right certificates", _UP,
         _server_changed(secure=True, user=False), _ANSWER),
    Case("another address with certificates unchecked and the right user", _UP,
         _server_changed(secure=False, user=False), _ANSWER),
    Case("another address with certificates unchecked and its user", _UP,
         _server_changed(secure=False, user=True)),
    Case("KUBECONFIG is a link that was moved", _UP, _link),
    Case("no KUBECONFIG, and another ~/.kube/config", _UP, _home),
    Case("certificates in files beside the kubeconfig", _UP, _certificates_in_files),
    Case("a login program for another cluster, which may not look", _UP, _exec_login, _ANSWER),
    Case("the context does not exist, and the current one is another", _UP, _missing, _CONTEXT),
    Case("an empty kubeconfig", _UP, _empty, _CONTEXT),
    Case("the stack file names another context", _UP, _settings(_name_the_other)),
    Case("the file that the stack file extends names another context", _UP,
         _settings(_name_the_other_in_a_base)),
    Case("the stack file names another context and pins the right UID", _UP,
         _settings(_pin_the_own), "refused: `uid` of the target names"),
    Case("the stack file pins a UID that no cluster has", _UP, _settings(_pin_a_third),
         "refused: `uid` of the target names"),
    Case("a target given for one run", (*_UP, "--config", "slipway:target=$TARGET"),
         _settings(lambda _: None)),
    Case("objects of unreachable clusters may be forgotten", _UP, _forget_unreachable),
    Case("the right cluster with another one's user", _UP, _user_of_the_other, _ANSWER),
    Case("a proxy that leads nowhere", _UP, _proxy, _ANSWER),
)  # fmt: skip
"""All ways in which the program runs against another cluster."""

LIMITED = (
    Case("up --target of one object", (*_UP, "--target", "**Namespace**"), _swap, ""),
    Case("up --target-replace of one object", (*_UP, "--target-replace", "**Namespace**"), _swap,
         ""),
    Case("refresh", ("refresh", "--yes", "--skip-preview"), _swap, ""),
    Case("destroy", ("destroy", "--yes", "--skip-preview"), _swap, ""),
)  # fmt: skip
"""Commands that leave out what remembers the cluster: they reach the one in the state."""
