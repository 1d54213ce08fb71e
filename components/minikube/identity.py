"""The identity of a minikube profile, its cluster's UID, and the way to it as minikube has it now.

Address and port may differ after each start (macOS, WSL 2, Docker Desktop, rootless Docker), and a
former one may lead to another profile, which accepts the same credentials: one authority signs for
all of them. So minikube is asked, and never a kubeconfig of an earlier day.
"""

from ..dynamic import Properties
from ..k8s.facts import cluster_uid
from ..k8s.way import is_same_way
from ..machine.docker import inspect
from ..machine.runner import CommandError, LocalError, Runner
from .cli import Minikube
from .creation import is_incomplete
from .inputs import MinikubeProfileInputs, MinikubeProfileState, ProfileOutputs
from .preflight import is_owned


def current_outputs(runner: Runner, minikube: Minikube, *, adopted: bool) -> ProfileOutputs:
    """Return the outputs of a running profile.  Raises LocalError when it does not answer."""
    kubeconfig = minikube.kubeconfig()
    profile = minikube.get()
    if profile is None:
        raise LocalError(
            f"the minikube profile {minikube.profile} was deleted meanwhile",
            next_step="`pulumi up` recreates it",
        )
    return ProfileOutputs(
        kubeconfig=kubeconfig,
        context=minikube.profile,
        uid=cluster_uid(runner, kubeconfig),
        address=profile.nodes[0].address,
        adopted=adopted,
    )


def adoptable_outputs(runner: Runner, news: MinikubeProfileInputs) -> Properties:
    """Return the outputs of a running profile of the user, which a preview can then show."""
    minikube = Minikube(runner, news.name)
    if minikube.get() is None or is_owned(runner, news) or minikube.state() != "running":
        return {}
    return current_outputs(runner, minikube, adopted=True).properties


def known_outputs(runner: Runner, olds: MinikubeProfileState) -> Properties:
    """Return the outputs of the stack's profile, as far as they are known before it is changed.

    `olds` are the inputs of the last run. Those of a stopped profile are the former ones, until it
    is started; none are known of one that does not answer, or that is another cluster.
    """
    runs = is_running(runner, olds.name)
    if not runs:
        return {} if runs is None or not olds.uid else olds.properties
    try:
        current = current_outputs(
            runner, Minikube(runner, olds.name), adopted=not is_owned(runner, olds)
        )
    except LocalError:
        return {}
    return current.properties if olds.uid in (None, current.uid) else {}


def is_renewed(olds: ProfileOutputs, news: ProfileOutputs) -> bool:
    """Return whether the way to the same cluster is another one than before."""
    if not news.uid or news.uid != olds.uid:
        return False
    return news.address != olds.address or not is_same_way(news.kubeconfig, olds.kubeconfig)


def is_running(runner: Runner, name: str) -> bool | None:
    """Return whether the first node of a profile runs; None if there is none."""
    node = inspect(runner, "container", name)
    return None if node is None else bool(node["State"]["Running"])


def is_lost(runner: Runner, known: MinikubeProfileState) -> bool:
    """Return whether a profile is missing, or another has its place; a stopped one is not."""
    runs = is_running(runner, known.name)
    if not runs:
        return runs is None
    try:
        return cluster_uid(runner, Minikube(runner, known.name).kubeconfig()) != known.uid
    except CommandError:
        return not known.adopted and is_incomplete(runner, known.name)


def is_another(runner: Runner, name: str, uid: str | None) -> bool:
    """Return whether what has the name of a profile is another cluster, which answers."""
    try:
        return cluster_uid(runner, Minikube(runner, name).kubeconfig()) != uid
    except CommandError:
        return False  # it does not answer, as a profile that was just made would
