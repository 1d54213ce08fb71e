"""Why a stack cannot have a minikube profile as it asks for it, found before anything is made."""

from ..dynamic import Properties
from ..machine.conflicts import mark_of
from ..machine.docker import inspect
from ..machine.runner import Runner
from .cli import Minikube, Profile
from .start_flags import changed, differing, start_flags


def profile_refusal(runner: Runner, olds: Properties, news: Properties) -> str | None:
    """Why a profile cannot be what is asked for; None if it can, as far as one can tell."""
    differs = changed(olds, news) if olds else []
    if olds and not differs and olds.get("nodes") == news.get("nodes"):
        return None
    minikube = Minikube(runner, news["name"])
    profile = minikube.look()
    if told := strangers_profile(runner, news, profile):
        return told
    if profile is None:
        minikube.validate(*start_flags(news))
    elif differs and is_ours(runner, news) and (news["adopt"] or not news["replace"]):
        shown = ", ".join(f"{key} {olds.get(key)} -> {news.get(key)}" for key in differs)
        # The objects on a named one are deleted one by one, which has to be before it goes.
        way = (
            "`pulumi destroy`, then `pulumi up`"
            if news["adopt"]
            else "pulumi config set --path slipway:target.replaceCluster true"
        )
        return (
            f"refused: {shown} makes the profile {news['name']} anew, and everything on it is "
            f"lost; to allow it: {way}"
        )
    return None


def strangers_profile(runner: Runner, props: Properties, profile: Profile | None) -> str | None:
    """Why the stack cannot have this profile; None for its own, the user's and none at all."""
    name, network = props["name"], inspect(runner, "network", props["name"])
    mark = None if network is None else mark_of(network)
    if mark == props["mark"]:
        return None
    if mark is not None:
        return (
            f"there already, and not made by this stack: the minikube profile {name}. Another "
            "stack or checkout made it: set slipway:target.profile to another name. If "
            f"nobody needs it: minikube delete --profile {name}"
        )
    if profile is None:
        if network is None:
            return None
        return (
            f"there already, and not made by this stack: the container network {name}. If "
            f"nobody needs it: docker network rm {name}"
        )
    if not props["adopt"]:
        return (
            f"there already, and not made by this stack: the minikube profile {name}. To use "
            f"it as it is: pulumi config set --path slipway:target.profile {name}. If nobody "
            f"needs it: minikube delete --profile {name}"
        )
    differs = differing(props, {**profile.said(), "nodes": len(profile.nodes)})
    if not differs:
        return None
    shown = ", ".join(f"{key} {has}, not {asked}" for key, (has, asked) in differs.items())
    return (
        f"the minikube profile {name} is there already, made by somebody else, and has "
        f"{shown}. It is used as it is, so ask for the same or leave it out; or set "
        "slipway:target.profile to another name, and the stack makes one of its own"
    )


def loss_refusal(runner: Runner, news: Properties) -> str | None:
    """Why a profile that was removed by hand cannot be made again at once; None if it can."""
    if not news["adopt"]:
        return strangers_profile(runner, news, Minikube(runner, news["name"]).look())
    # One authority signs the certificates of all profiles of a name: what is deleted on the old
    # one would be deleted on the new one.
    return (
        f"refused: the minikube profile {news['name']} that this stack deployed to was deleted, "
        "and what the stack had on it is gone. To forget that: "
        "PULUMI_K8S_DELETE_UNREACHABLE=true pulumi refresh. Then `pulumi up` deploys it again"
    )


def is_ours(runner: Runner, props: Properties) -> bool:
    """Whether the stack made the profile."""
    network = inspect(runner, "network", props["name"])
    return network is not None and mark_of(network) == props["mark"]
