"""A cluster that plays a cloud's: with a registry that asks for a login.

Its load balancer is a thread that gives Services of type LoadBalancer the address of the node.
"""

import json
import threading
from pathlib import Path

from components.registry.mirror_map import Mirrors
from tests.ports import free_port
from tests.targets.stand_in_cluster import StandInCluster

USER, PASSWORD = "robot", "only-for-tests"
# The password's bcrypt hash, the one kind that registries read.
_LOGIN = f"{USER}:$2b$05$abcdefghijklmnopqrstuuDt8u8tY.Zm8YU.pieFNyF5h5afvnc0a\n"


class StandInCloud(StandInCluster):
    """A one-node cluster and a registry over TLS with a password."""

    def __init__(self, folder: Path) -> None:
        self.registry = f"localhost:{free_port()}"
        self._folder = folder
        self._over = threading.Event()
        super().__init__(folder)
        self._make_registry()
        self._balancer = threading.Thread(target=self._balance)
        self._balancer.start()

    def make_cluster(self) -> None:
        """Make the cluster, and let its node find the registry."""
        super().make_cluster()
        hosts = f'[host."https://{self.name}-registry:5000"]\n  skip_verify = true\n'
        place = f"/etc/containerd/certs.d/{self.registry}"
        script = f"mkdir -p {place} && cat > {place}/hosts.toml"
        self.run("docker", "exec", "-i", self.node, "sh", "-c", script, stdin=hosts)

    def empty_registry(self) -> None:
        """Replace the registry by one that holds nothing."""
        self._remove_registry()
        self._start_registry()

    def has(self, reference: str) -> bool:
        """Whether the registry has an image, `name@digest`."""
        name, _, digest = reference.partition("/")[2].partition("@")
        url = f"https://{self.registry}/v2/{name}/manifests/{digest}"
        curl = ("curl", "--silent", "--insecure", "--user", f"{USER}:{PASSWORD}")
        form = "application/vnd.docker.distribution.manifest.v2+json"
        told = self.run(*curl, "--head", "--header", f"Accept: {form}", url)
        return " 200" in told.splitlines()[0]

    def close(self) -> None:
        """Remove everything."""
        self._over.set()
        self._balancer.join()
        self._remove_registry()
        super().close()

    def _make_registry(self) -> None:
        folder = self._folder / "registry"
        folder.mkdir()
        (folder / "htpasswd").write_text(_LOGIN)
        self.run(
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        )
        self._start_registry()

    def _remove_registry(self) -> None:
        self.run("docker", "rm", "--force", "--volumes", f"{self.name}-registry")

    def _start_registry(self) -> None:
        settings = {
            "REGISTRY_AUTH": "htpasswd",
            "REGISTRY_AUTH_HTPASSWD_REALM": "test",
            "REGISTRY_AUTH_HTPASSWD_PATH": "/tls/htpasswd",
            "REGISTRY_HTTP_TLS_CERTIFICATE": "/tls/cert.pem",
            "REGISTRY_HTTP_TLS_KEY": "/tls/key.pem",
        }
        self.run(
            *("docker", "run", "--detach", "--name", f"{self.name}-registry"),
            *("--network", self.name, "--publish", f"127.0.0.1:{self._port}:5000"),
            *("--volume", f"{self._folder / 'registry'}:/tls:ro"),
            *(word for key, value in settings.items() for word in ("--env", f"{key}={value}")),
            Mirrors.load().resolve("docker.io/library/registry:2.8.3"),
        )

    @property
    def _port(self) -> str:
        return self.registry.partition(":")[2]

    def _balance(self) -> None:
        form = "{{range.NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
        while not self._over.wait(0.5):
            try:
                found = self.kubectl("get", "services", "--all-namespaces", "--output=json")
                for service in json.loads(found)["items"]:
                    if service["spec"]["type"] == "LoadBalancer":
                        address = self.run("docker", "inspect", "--format", form, self.node)
                        self._give(service["metadata"], address.strip())
            except AssertionError:
                continue  # the cluster is being made anew

    def _give(self, service: dict[str, str], address: str) -> None:
        status = {"status": {"loadBalancer": {"ingress": [{"ip": address}]}}}
        self.kubectl(
            *("patch", "service", service["name"], f"--namespace={service['namespace']}"),
            *("--subresource=status", "--type=merge", f"--patch={json.dumps(status)}"),
        )
