"""Waiting until nodes lead to Services: a node is ready some seconds before its kube-proxy is.

https://kubernetes.io/docs/reference/instrumentation/metrics/ lists what kube-proxy reports.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from ..machine.runner import UP_AGAIN, CommandError, LocalError
from .containers import KindContainers

_SECONDS = 90
_SYNCED = r"^kubeproxy_sync_proxy_rules_last_timestamp_seconds(\{.*\})? [1-9]"
_CURL = "curl --silent --max-time 2 --noproxy '*' http://127.0.0.1:10249/metrics"
_ASK = f"{_CURL} | grep -Eq '{_SYNCED}'"


def wait_for_proxies(containers: KindContainers, names: Sequence[str]) -> None:
    """Wait until connections to these nodes' ports, and from them to Services, find their way.

    Where the cluster has no kube-proxy there is none to wait for. Raises LocalError after 90 s.
    """
    find = ("get", "daemonset", "kube-proxy", "--namespace=kube-system", "--ignore-not-found")
    if not names or not containers.kubectl(*find, "--output=name"):
        return

    def wait(name: str) -> None:
        try:
            script = f"until {_ASK}; do sleep 0.2; done"
            containers.exec(name, "sh", "-c", script, timeout=_SECONDS)
        except CommandError as error:
            raise LocalError(
                f"the node {name} is ready, but leads to no Service after {_SECONDS} s: see its "
                f"kube-proxy in `kubectl --context kind-{containers.cluster} --namespace "
                "kube-system get pods --output wide`",
                details=error,
                next_step=UP_AGAIN,
            ) from None

    with ThreadPoolExecutor() as pool:
        list(pool.map(wait, names))
