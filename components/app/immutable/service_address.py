"""A Service that becomes headless, or gets a cluster IP, while its name always resolves.

The API server does not change the cluster IP of a Service, but for one that is an alias of another
name. So it becomes an alias of a temporary Service like the one it is to be, and then that itself.
https://kubernetes.io/docs/concepts/services-networking/service/#externalname
"""

import json
import time

from ...k8s.kubectl import kubectl
from ...k8s.objects import Manifest
from ...machine.runner import CommandError, Runner
from ..hooks import Workload

_TTL_SECONDS = 35
"""Seconds for which clients and the cluster's DNS may keep what a name resolved to."""

_PROXY_SECONDS = 3
"""Seconds after which every node leads to a new Service; no API reports it."""

_READY_SECONDS = 5
_APPLY = ("apply", "--server-side", "--force-conflicts", "--filename=-")
_ENDPOINTS = ("addressType", "endpoints", "ports")
_MANAGED_BY = "endpointslice.kubernetes.io/managed-by"
_HEADLESS = "None"


def change_address(
    runner: Runner, kubeconfig: str, service: Workload, before: Manifest, after: Manifest
) -> None:
    """Give the Service the cluster IP of `after`: none (headless), any, or one that it names.

    Waits until no client can have the former address any more, which temporary Services keep.
    A run that was killed may have started: this one completes it. Raises CommandError.
    """
    del before
    move = _Move(runner, kubeconfig, service)
    wanted = after["spec"].get("clusterIP")
    live = move.live()
    if live is None or _has(live, wanted):
        move.remove_temporary()
        return
    print(
        f"{service.name}: the Service changes its address in place; the former one is served for "
        f"{_TTL_SECONDS} s more",
        flush=True,
    )
    former = live["spec"].get("clusterIP", "")
    move.make_temporary("next", live, wanted)
    move.lend_endpoints()
    time.sleep(_PROXY_SECONDS)
    move.alias("next")
    if former not in ("", _HEADLESS):
        move.make_temporary("former", live, former)
    move.become(live, wanted)
    move.renew_endpoints()
    time.sleep(_TTL_SECONDS)
    move.remove_temporary()


def _has(live: Manifest, wanted: str | None) -> bool:
    spec = live["spec"]
    if spec["type"] == "ExternalName":
        return False
    current = spec.get("clusterIP", "")
    return current == wanted if wanted else current != _HEADLESS


def _ports(live: Manifest) -> list[Manifest]:
    """Return the ports without those of the nodes, which a cluster IP has not."""
    ports = live["spec"]["ports"]
    return [{key: value for key, value in port.items() if key != "nodePort"} for port in ports]


def _lent(endpoints: Manifest, service: str, name: str) -> Manifest:
    """Return a copy of an EndpointSlice for another Service."""
    return {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "metadata": {
            "name": name,
            "namespace": endpoints["metadata"]["namespace"],
            "labels": {"kubernetes.io/service-name": service, _MANAGED_BY: "slipway"},
        },
        **{key: endpoints[key] for key in _ENDPOINTS if key in endpoints},
    }


class _Move:
    """The steps of a Service from one address to another."""

    def __init__(self, runner: Runner, kubeconfig: str, service: Workload) -> None:
        self._runner = runner
        self._kubeconfig = kubeconfig
        self._service = service
        self._namespace = f"--namespace={service.namespace}"

    def live(self) -> Manifest | None:
        """Return the Service; None if there is none."""
        text = self._kubectl("get", *self._service.place, "--ignore-not-found", "--output=json")
        return json.loads(text) if text.strip() else None

    def make_temporary(self, role: str, live: Manifest, cluster_ip: str | None) -> None:
        """Make a Service with the pods and ports of the one that moves, and wait for its pods."""
        spec = live["spec"]
        manifest: Manifest = {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {
                "name": self._temporary(role),
                "namespace": self._service.namespace,
                "labels": live["metadata"].get("labels", {}),
            },
            "spec": {
                "type": "ClusterIP",
                "selector": spec["selector"],
                "ports": _ports(live),
                **({"clusterIP": cluster_ip} if cluster_ip else {}),
            },
        }
        self._kubectl(*_APPLY, stdin=json.dumps(manifest))
        self._wait_for_pods(self._temporary(role))

    def lend_endpoints(self) -> None:
        """Give the endpoints of the next Service to the one that moves, and to its former address.

        Kubernetes removes those of an alias, and makes others seconds after it is none any more.
        """
        select = f"--selector=kubernetes.io/service-name={self._temporary('next')}"
        get = ("get", "endpointslices", self._namespace, select, "--output=json")
        slices = json.loads(self._kubectl(*get))["items"]
        items = [
            _lent(each, name, f"{name}-lent-{number}")
            for name in (self._service.name, self._temporary("former"))
            for number, each in enumerate(slices)
        ]
        content = json.dumps({"apiVersion": "v1", "kind": "List", "items": items})
        self._kubectl(*_APPLY, stdin=content)

    def alias(self, role: str) -> None:
        """Let the Service's name be an alias of the temporary one's."""
        host = f"{self._temporary(role)}.{self._service.namespace}.svc.{self._domain()}"
        self._patch({"type": "ExternalName", "externalName": host, "clusterIP": None})

    def become(self, live: Manifest, cluster_ip: str | None) -> None:
        """Let the Service be one with a cluster IP, or headless."""
        spec = {"type": "ClusterIP", "externalName": None, "clusterIP": cluster_ip}
        self._patch({**spec, "ports": _ports(live)})

    def renew_endpoints(self) -> None:
        """Let Kubernetes make the endpoints again: it keeps the label of those of a headless
        Service, which kube-proxy does not serve. Those that were lent serve meanwhile."""
        own = f"{_MANAGED_BY}=endpointslice-controller.k8s.io"
        select = f"--selector={own},kubernetes.io/service-name={self._service.name}"
        self._kubectl("delete", "endpointslices", select, self._namespace, "--ignore-not-found")

    def remove_temporary(self) -> None:
        """Remove the temporary Services, and the endpoints that they lent."""
        lent = f"--selector={_MANAGED_BY}=slipway"
        self._kubectl("delete", "endpointslices", lent, self._namespace, "--ignore-not-found")
        names = [self._temporary(role) for role in ("next", "former")]
        self._kubectl("delete", "services", *names, self._namespace, "--ignore-not-found")

    def _temporary(self, role: str) -> str:
        return f"{self._service.name[:50]}-{role}"

    def _wait_for_pods(self, name: str) -> None:
        """Wait until the Service leads to a pod that is ready, as far as there is one."""
        select = f"--selector=kubernetes.io/service-name={name}"
        ready = "{.items[*].endpoints[?(@.conditions.ready==true)].addresses}"
        end = time.monotonic() + _READY_SECONDS
        get = ("get", "endpointslices", self._namespace, select, f"--output=jsonpath={ready}")
        while not self._kubectl(*get).strip() and time.monotonic() < end:
            time.sleep(0.2)

    def _domain(self) -> str:
        """Return the cluster's DNS domain, as its kubelets have it."""
        try:
            node = self._kubectl("get", "nodes", "--output=jsonpath={.items[0].metadata.name}")
            text = self._kubectl("get", "--raw", f"/api/v1/nodes/{node}/proxy/configz")
            return json.loads(text)["kubeletconfig"]["clusterDomain"]
        except (CommandError, KeyError, ValueError):
            return "cluster.local"  # nodes that may not be read: Kubernetes' own default

    def _patch(self, spec: Manifest) -> None:
        patch = json.dumps({"spec": spec})
        self._kubectl("patch", *self._service.place, "--type=merge", "--patch", patch)

    def _kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        return kubectl(self._runner, self._kubeconfig, *arguments, stdin=stdin)
