"""A cluster that plays a cloud's: made apart from any stack, with a registry that asks for a login.

Its load balancer is a thread that gives Services of type LoadBalancer the address of the node.
"""

import json
import os
import secrets
import subprocess
import threading
from pathlib import Path

from components.mirrors import Mirrors
from tests.live.project import free_port

USER, PASSWORD = "robot", "only-for-tests"
# The password's bcrypt hash, the one kind that registries read.
_LOGIN = f"{USER}:$2b$05$abcdefghijklmnopqrstuuDt8u8tY.Zm8YU.pieFNyF5h5afvnc0a\n"


class StandInCloud:
    """A one-node cluster and a registry over TLS with a password."""

    def __init__(self, folder: Path) -> None:
        self.name = f"cloud-{secrets.token_hex(3)}"
        self.context = f"kind-{self.name}"
        self.kubeconfig = folder / "kubeconfig"
        self.registry = f"localhost:{free_port()}"
        self._folder = folder
        self._over = threading.Event()
        self._run("docker", "network", "create", self.name)
        self.make_cluster()
        self._make_registry()
        self._balancer = threading.Thread(target=self._balance)
        self._balancer.start()

    def make_cluster(self) -> None:
        """Make the cluster, and write its kubeconfig."""
        image = Mirrors.load().resolve("docker.io/kindest/node:v1.35.0")
        self._run(
            *("kind", "create", "cluster", "--name", self.name, "--image", image),
            *("--kubeconfig", str(self.kubeconfig), "--wait=90s"),
        )
        hosts = f'[host."https://{self.name}-registry:5000"]\n  skip_verify = true\n'
        place = f"/etc/containerd/certs.d/{self.registry}"
        script = f"mkdir -p {place} && cat > {place}/hosts.toml"
        self._run("docker", "exec", "-i", self.node, "sh", "-c", script, stdin=hosts)

    def remove_cluster(self) -> None:
        """Remove the cluster; the registry stays."""
        self._run("kind", "delete", "cluster", "--name", self.name)

    def close(self) -> None:
        """Remove everything."""
        self._over.set()
        self._balancer.join()
        self.remove_cluster()
        self._run("docker", "rm", "--force", "--volumes", f"{self.name}-registry")
        self._run("docker", "network", "rm", self.name)

    @property
    def node(self) -> str:
        """The container that is the cluster's node."""
        return f"{self.name}-control-plane"

    def kubectl(self, *arguments: str, stdin: str | None = None) -> str:
        """What `kubectl` prints about the cluster."""
        return self._run("kubectl", "--context", self.context, *arguments, stdin=stdin)

    def _make_registry(self) -> None:
        folder = self._folder / "registry"
        folder.mkdir()
        (folder / "htpasswd").write_text(_LOGIN)
        self._run(
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"),
            *("-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")),
        )
        settings = {
            "REGISTRY_AUTH": "htpasswd",
            "REGISTRY_AUTH_HTPASSWD_REALM": "test",
            "REGISTRY_AUTH_HTPASSWD_PATH": "/tls/htpasswd",
            "REGISTRY_HTTP_TLS_CERTIFICATE": "/tls/cert.pem",
            "REGISTRY_HTTP_TLS_KEY": "/tls/key.pem",
        }
        self._run(
            *("docker", "run", "--detach", "--name", f"{self.name}-registry"),
            *("--network", self.name, "--publish", f"127.0.0.1:{self._port}:5000"),
            *("--volume", f"{folder}:/tls:ro"),
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
                        address = self._run("docker", "inspect", "--format", form, self.node)
                        self._give(service["metadata"], address.strip())
            except AssertionError:
                continue  # the cluster is being made anew

    def _give(self, service: dict[str, str], address: str) -> None:
        status = {"status": {"loadBalancer": {"ingress": [{"ip": address}]}}}
        self.kubectl(
            *("patch", "service", service["name"], f"--namespace={service['namespace']}"),
            *("--subresource=status", "--type=merge", f"--patch={json.dumps(status)}"),
        )

    def _run(self, *words: str, stdin: str | None = None) -> str:
        done = subprocess.run(
            words,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            env={
                **os.environ,
                "KUBECONFIG": str(self.kubeconfig),
                "KIND_EXPERIMENTAL_DOCKER_NETWORK": self.name,
            },
        )
        assert done.returncode == 0, f"`{' '.join(words[:4])}`: {done.stderr}"
        return done.stdout
