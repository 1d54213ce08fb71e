"""Checks before anything is made: why a stack cannot have the profile that it describes."""

from ..machine.conflicts import mark_of
from ..machine.docker import inspect
from ..machine.runner import LocalError, Runner
from .cli import Minikube, Profile
from .inputs import MinikubeProfileInputs
from .start_flags import start_flags


def profile_refusal(
    runner: Runner, olds: MinikubeProfileInputs | None, news: MinikubeProfileInputs
) -> LocalError | None:
    """Return why a profile cannot be as `news` describe it; None if nothing is known against it.

    Raises CommandError with minikube's message when it refuses the settings.
    """
    differs = news.changed(olds) if olds else []
    if olds and not differs and olds.nodes == news.nodes:
        return None
    minikube = Minikube(runner, news.name)
    profile = minikube.get()
    if refusal := ownership_refusal(runner, news, profile):
        return refusal
    if profile is None:
        minikube.validate(*start_flags(news))
    elif olds and differs and is_owned(runner, news) and (news.adopt or not news.replace):
        return _replacement_refusal(olds, news, differs)
    return None


def ownership_refusal(
    runner: Runner, news: MinikubeProfileInputs, profile: Profile | None
) -> LocalError | None:
    """Return why the stack cannot have this profile; None for one that it owns or may adopt."""
    name, network = news.name, inspect(runner, "network", news.name)
    mark = None if network is None else mark_of(network)
    if mark == news.mark:
        return None
    unowned = "already exists and is not owned by this stack"
    if mark is not None:
        return LocalError(
            f"the minikube profile {name} {unowned}. Another stack or checkout made it",
            next_step="set `profile` to another name; or, if it is not needed: minikube delete "
            f"--profile {name}",
        )
    if profile is None:
        if network is None:
            return None
        return LocalError(
            f"the container network {name} {unowned}",
            next_step=f"if it is not needed: docker network rm {name}",
        )
    if not news.adopt:
        return LocalError(
            f"the minikube profile {name} {unowned}",
            next_step=f"to use it as it is, set `profile` to {name}; or, if it is not needed: "
            f"minikube delete --profile {name}",
        )
    return _difference_refusal(news, profile)


def loss_refusal(runner: Runner, news: MinikubeProfileInputs) -> LocalError | None:
    """Return why a profile that was deleted by hand cannot be recreated at once; None if it can."""
    if not news.adopt:
        return ownership_refusal(runner, news, Minikube(runner, news.name).get())
    # One authority signs the certificates of all profiles of a name: what is deleted on the old
    # one would be deleted on the new one.
    return LocalError(
        f"refused: the minikube profile {news.name} that this stack deployed to was deleted, and "
        "what the stack had on it is lost",
        next_step="`PULUMI_K8S_DELETE_UNREACHABLE=true pulumi refresh` forgets that; then "
        "`pulumi up` deploys it again",
    )


def is_owned(runner: Runner, news: MinikubeProfileInputs) -> bool:
    """Return whether the stack made the profile."""
    network = inspect(runner, "network", news.name)
    return network is not None and mark_of(network) == news.mark


def _replacement_refusal(
    olds: MinikubeProfileInputs, news: MinikubeProfileInputs, differs: list[str]
) -> LocalError:
    before, after = olds.immutable, news.immutable
    shown = ", ".join(f"{key} {before[key]} -> {after[key]}" for key in differs)
    # The objects on a named one are deleted one by one, which has to be before it goes.
    way = "`pulumi destroy`, then `pulumi up`" if news.adopt else "set `replaceCluster: true`"
    return LocalError(
        f"refused: {shown} recreates the profile {news.name}, and everything on it is lost",
        next_step=f"to allow it: {way}",
    )


def _difference_refusal(news: MinikubeProfileInputs, profile: Profile) -> LocalError | None:
    differences = news.differences(profile.characteristics)
    if not differences:
        return None
    shown = ", ".join(
        f"{key} {current}, not {desired}" for key, (current, desired) in differences.items()
    )
    return LocalError(
        f"the minikube profile {news.name} already exists with other settings: {shown}. It is used "
        "as it is",
        next_step="set the same, or leave them out; or set `profile` to another name, and the "
        "stack makes its own",
    )
