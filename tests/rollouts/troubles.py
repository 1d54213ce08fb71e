"""Settings of applications that fail, each in a way of its own, and what `up` says about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.rollouts.beside import DEBUG_REFUSED, SMALL_QUOTA, ZONED_CLAIM

ALL: Mapping[str, Any] = {
    "replicas": 1, "expose": False, "drainSeconds": 0, "shutdownSeconds": 1, "startupSeconds": 25,
    "cpu": "10m", "networkPolicy": False,
}  # fmt: skip
"""Settings that all of them have."""

_SERVE = "require('http').createServer((_, r) => {{ {answer} }}).listen({port});"


def _node(script: str) -> list[str]:
    return ["node", "-e", script]


def serving(answer: str = "r.end('ok')", port: str = "process.env.PORT") -> list[str]:
    """Return a command that answers HTTP requests."""
    return _node(_SERVE.format(answer=answer, port=port))


def late(seconds: int) -> list[str]:
    """Return a command that listens some seconds after its start."""
    return _node(f"setTimeout(() => {{ {serving()[2]} }}, {1000 * seconds})")


def _then(script: str) -> list[str]:
    """Return a command that serves first."""
    return _node(f"{serving()[2]} setTimeout(() => {{ {script} }}, 1500)")


_EAT = "const a = []; for (;;) a.push(Buffer.alloc(1 << 20, 1));"


@dataclass(frozen=True)
class Case:
    """An application that fails."""

    app: Mapping[str, Any]
    """Settings that make it fail."""

    says: tuple[str, ...]
    """What the message about it has in it."""

    log: str = ""
    """What its log has in it."""

    written: bool = True
    """Whether its failure is seen only once it was written."""

    first: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Settings of the version that serves before, beside those of all."""

    image: str = ""
    """Image at the stand-in registry that its nodes are to pull, such as `absent/web:1`."""

    volumes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """Volumes of its pods by name, as a program adds them."""

    beside: tuple[Mapping[str, Any], ...] = ()
    """Objects that are in its namespace, or in the cluster, before it fails."""

    apart: bool = False
    """Whether it has a namespace of its own."""


CASES: Mapping[str, Case] = {
    "exit-code": Case(
        {"command": _node("console.error('no database'); process.exit(3)")},
        ("ended with exit code 3",),
        "no database",
    ),
    "exit-signal": Case(
        {"command": ["sh", "-c", "node -e 'process.abort()'; exit $?"]}, ("SIGABRT",)
    ),
    "memory-at-start": Case(
        {"command": _node(_EAT), "memory": "64Mi"}, ("was killed for memory", "64Mi")
    ),
    "memory-later": Case(
        {"command": _then(_EAT), "memory": "64Mi", "minReadySeconds": 5},
        ("was killed for memory", "64Mi"),
    ),
    "no-command": Case({"command": ["no-such-program"]}, ("no-such-program",)),
    "read-only": Case(
        {"command": _node("require('fs').writeFileSync('/srv/app/app.pid', '1')")},
        ("writable: [/tmp, /srv/app]",),
        "EROFS",
    ),
    "no-permission": Case({"command": ["/srv/app/server.js"]}, ("/srv/app/server.js",)),
    "port-taken": Case(
        {"command": _node(f"{serving()[2]} {serving()[2]}")}, ("port",), "EADDRINUSE"
    ),
    "other-port": Case({"command": serving(port="9999")}, ("refused",)),
    "silent": Case(
        {"command": serving("void r"), "health": "/healthz"}, ("does not answer", "/healthz")
    ),
    "not-found": Case(
        {"command": serving("r.statusCode = 404; r.end('no such page')"), "health": "/healthz"},
        ("404", "/healthz"),
    ),
    "server-error": Case(
        {"command": serving("r.statusCode = 500; r.end('broken')"), "health": "/healthz"}, ("500",)
    ),
    "bad-host": Case(
        {"command": serving("r.statusCode = 400; r.end('bad host')"), "health": "/healthz"},
        ("400", "Host"),
    ),
    "slow": Case(
        {"command": _node("setInterval(() => {}, 1000)")}, ("does not listen on port 8080",)
    ),
    "no-secret": Case(
        {"envFrom": {"TOKEN": {"secret": "nobody-made-it", "key": "token"}}},
        ("nobody-made-it",),
        written=False,
    ),
    "no-key": Case(
        {"envFrom": {"TOKEN": {"secret": "made", "key": "other"}}}, ("made", "other"), written=False
    ),
    "no-config": Case(
        {"envFrom": {"LEVEL": {"configMap": "not-there", "key": "level"}}},
        ("not-there",),
        written=False,
    ),
    "no-room": Case({"cpu": "900"}, ("cpu",), written=False),
    "init-fails": Case(
        {"init": [{"name": "prepare", "command": _node("process.exit(7)")}]},
        ("init container prepare", "exit code 7"),
    ),
    "sidecar-fails": Case(
        {"sidecars": [{"name": "agent", "command": _node("process.exit(8)")}]},
        ("sidecar agent", "exit code 8"),
    ),
    "migration-fails": Case(
        {"migration": {"command": _node("console.error('no table'); process.exit(9)")}},
        ("exit code 9",),
        "no table",
        written=False,
    ),
    "image-missing": Case({}, ("absent/web:1 does not exist",), image="absent/web:1"),
    "image-forbidden": Case(
        {}, ("does not let the cluster pull", "private/web:1"), image="private/web:1"
    ),
    "other-platform": Case(
        {}, ("other/web:1 is not built for the platform of its node",), image="other/web:1"
    ),
    "no-driver": Case(
        {},
        ("volume", "cannot be mounted", "missing.example.test"),
        volumes={"disk": {"csi": {"driver": "missing.example.test"}}},
    ),
    "other-zone": Case(
        {},
        ("finds no node that can reach its volume",),
        volumes={"zoned": {"persistentVolumeClaim": {"claimName": "zoned"}}},
        beside=ZONED_CLAIM,
    ),
    "small-quota": Case(
        {"env": {"RELEASE": "2"}},
        ("ResourceQuota `small`", "allows 15m, and the update needs 20m"),
        written=False,
        beside=SMALL_QUOTA,
        apart=True,
    ),
    "refused": Case(
        {"env": {"DEBUG": "1"}},
        ("admission policy", "refuses it", "no pod may be in debug mode"),
        written=False,
        beside=DEBUG_REFUSED,
        apart=True,
    ),
}
