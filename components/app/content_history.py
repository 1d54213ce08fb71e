"""ContentHistory: the files and secrets of an application's last healthy versions."""

import json
import secrets
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.dynamic import Resource

from ..dynamic import DynamicProvider, Inputs, Properties, without
from ..k8s.access import ClusterAccess
from ..k8s.kubectl import kubectl
from ..machine.runner import UP_AGAIN, CommandError, LocalError
from ..names import LABEL

_KEPT = 5
"""Number of versions: a Deployment keeps as many revisions, to which it can return."""

_KEEPER = f"{LABEL}/content-history"
"""Annotation of what is kept, with the token of the history that keeps it."""


class _Inputs(Inputs):
    application: str
    namespace: str
    stack: str
    names: list[str]
    kubeconfig: str
    healthy: list[list[str]] | None = None
    """Names of each of the last healthy versions, the newest first."""
    token: str | None = None
    """What a history writes on the objects that it keeps, once it is created."""


class ContentHistoryProvider(DynamicProvider[_Inputs]):
    """Remembers what a rollout that succeeded named, and deletes what none of the last named.

    Runs after the rollout: what a failed one brought is deleted by the next that succeeds.
    """

    inputs = _Inputs
    outputs = frozenset({"healthy", "token"})

    def identify(self, news: _Inputs) -> str:
        return f"{news.application}-content"

    def compared(self, properties: Properties) -> Properties:
        return without(super().compared(properties), "kubeconfig")

    def is_current(self, news: _Inputs, olds: _Inputs) -> bool:
        # `remove` has what the state keeps: credentials of an earlier day would no longer do.
        return pulumi.contains_unknowns(news.kubeconfig) or news.kubeconfig == olds.kubeconfig

    def ensure(self, news: _Inputs, olds: _Inputs | None) -> Properties:
        before = olds.healthy or [] if olds else []
        healthy = [news.names, *(names for names in before if names != news.names)][:_KEPT]
        token = olds.token if olds and olds.token else secrets.token_hex(8)
        with _explained(news):
            keep = ("annotate", "--overwrite", *news.names, f"{_KEEPER}={token}")
            self._kubectl(news, *keep)
            self._delete(news, self._existing(news).keys() - {n for ns in healthy for n in ns})
        return {"healthy": healthy, "token": token}

    def remove(self, olds: _Inputs) -> None:
        """Delete all that the application has left: its pods are deleted, too.

        Not what the history keeps that has replaced this one, as `pulumi up --replace` does.
        """
        with _explained(olds):
            existing = self._existing(olds)
            if all(keeper in ("", olds.token) for keeper in existing.values()):
                self._delete(olds, existing)

    def _existing(self, content: _Inputs) -> Mapping[str, str]:
        """Return the names of all that the application has, each with the token of its keeper."""
        selector = f"app.kubernetes.io/name={content.application},{LABEL}/stack={content.stack}"
        get = ("get", "configmaps,secrets", f"--selector={selector}", "--output=json")
        return {
            f"{each['kind'].lower()}/{each['metadata']['name']}": (
                each["metadata"].get("annotations", {}).get(_KEEPER, "")
            )
            for each in json.loads(self._kubectl(content, *get))["items"]
        }

    def _delete(self, content: _Inputs, names: Iterable[str]) -> None:
        if words := sorted(names):
            self._kubectl(content, "delete", "--ignore-not-found", *words)

    def _kubectl(self, content: _Inputs, *words: str) -> str:
        place = f"--namespace={content.namespace}"
        return kubectl(self.runner, content.kubeconfig, *words, place)


@contextmanager
def _explained(content: _Inputs) -> Generator[None]:
    """Report a command that fails.  Raises LocalError."""
    try:
        yield
    except CommandError as error:
        raise LocalError(
            f"the files and secrets of earlier versions of {content.application} cannot be "
            "deleted; the application itself is up to date",
            details=error,
            next_step=UP_AGAIN,
        ) from None


@dataclass(frozen=True)
class ContentHistoryArgs:
    """An application, and what its deployed version names."""

    application: str
    namespace: str
    stack: str
    """Owner, as the label of the objects has it."""

    names: Sequence[pulumi.Input[str]]
    """ConfigMaps and Secrets: `configmap/name` and `secret/name`."""


class ContentHistory(Resource, module="slipway", name="ContentHistory"):
    """Keeps the ConfigMaps and Secrets of the last five healthy versions of an application."""

    def __init__(
        self,
        name: str,
        args: ContentHistoryArgs,
        *,
        cluster: ClusterAccess,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        inputs: dict[str, Any] = {
            "application": args.application,
            "namespace": args.namespace,
            "stack": args.stack,
            "names": list(args.names),
            "kubeconfig": pulumi.Output.secret(cluster.kubeconfig),
            "healthy": None,
            "token": None,
        }
        secret = pulumi.ResourceOptions(additional_secret_outputs=["kubeconfig"])
        super().__init__(
            ContentHistoryProvider(), name, inputs, pulumi.ResourceOptions.merge(opts, secret)
        )
