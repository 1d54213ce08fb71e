"""The identity of a kind cluster: its UID, and where its API does not answer, its authority.

The authority is read in the first node, as the API of a cluster that was just made does not answer
yet. It may be renewed where the cluster stays; another one alone is no other cluster.
"""

import json
from typing import Literal

import yaml

from ..dynamic import Properties
from ..k8s.facts import cluster_uid, server_of
from ..k8s.way import is_same_way
from ..machine import labels
from ..machine.docker import inspect
from ..machine.runner import CommandError, Runner
from .completion import is_marked
from .inputs import KindClusterInputs
from .roles import first_control_plane

COMPUTED = ("kubeconfig", "context", "uid", "api_port")
"""Outputs of KindCluster."""

_ADMIN = "/etc/kubernetes/admin.conf"
_ASK = ("get", "--raw", "/api/v1/namespaces/kube-system", "--request-timeout=5s")

_KNOWN_SECONDS = 3

Status = Literal["known", "another", "incomplete", "silent"]


def status(runner: Runner, known: KindClusterInputs) -> Status:
    """Return what has the name of a cluster that the state knows.

    `incomplete` is what a killed run left before there were certificates; of a `silent` one the
    first node does not run, or is about to join the other control planes again, or it has another
    authority and does not say which cluster it is.
    """
    first = first_control_plane(known.cluster)
    try:
        current = runner.run("docker", "exec", first, "cat", _ADMIN)
    except CommandError as error:
        if "no such file" not in error.output.lower():
            return "silent"
        node = inspect(runner, "container", first)
        joined = node is None or labels.JOINED in node["Config"]["Labels"]
        return "silent" if joined else "incomplete"
    if _authority(current) == _authority(known.kubeconfig):
        return "known"
    try:
        ask = ("docker", "exec", first, "kubectl", f"--kubeconfig={_ADMIN}", *_ASK)
        uid = json.loads(runner.run(*ask))["metadata"]["uid"]
    except CommandError:
        return "silent" if is_marked(runner, known.cluster) else "another"
    return "known" if uid == known.uid else "another"


def current_outputs(runner: Runner, cluster: str) -> Properties:
    """Return the outputs of a cluster as they are now.  Raises CommandError if it is silent."""
    kubeconfig = runner.run("kind", "get", "kubeconfig", "--name", cluster)
    return _outputs(cluster, kubeconfig, cluster_uid(runner, kubeconfig))


def known_outputs(runner: Runner, olds: KindClusterInputs) -> Properties:
    """Return the outputs of the stack's cluster, which a preview can then show.

    `olds` are the inputs of the last run; where their way still leads to the cluster, kind is not
    asked, which takes six times as long. None are known of a cluster that does not answer, or that
    is another one.
    """
    if olds.uid and _answers(runner, olds):
        return _outputs(olds.cluster, olds.kubeconfig, olds.uid)
    try:
        outputs = current_outputs(runner, olds.cluster)
    except CommandError:
        return {}
    return outputs if olds.uid in (None, outputs["uid"]) else {}


def is_renewed(olds: KindClusterInputs, news: KindClusterInputs) -> bool:
    """Return whether the way to the same cluster is another one than before."""
    if not news.uid or news.uid != olds.uid:
        return False
    return not is_same_way(news.kubeconfig, olds.kubeconfig)


def _outputs(cluster: str, kubeconfig: str, uid: str) -> Properties:
    api_port = int(server_of(kubeconfig).rpartition(":")[2])
    return dict(zip(COMPUTED, (kubeconfig, f"kind-{cluster}", uid, api_port), strict=True))


def _answers(runner: Runner, olds: KindClusterInputs) -> bool:
    try:
        return cluster_uid(runner, olds.kubeconfig, seconds=_KNOWN_SECONDS) == olds.uid
    except CommandError:
        return False


def _authority(kubeconfig: str) -> str:
    return yaml.safe_load(kubeconfig)["clusters"][0]["cluster"]["certificate-authority-data"]
