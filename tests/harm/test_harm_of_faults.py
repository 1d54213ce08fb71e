"""Faults that an API server accepts and the kit does not: each does harm on a cluster.

`make test-api-server` shows that the API server accepts them: it does not look at what lies between
objects, and leaves some fields to the nodes. Two are left out: a schedule for the 30th of February,
and a mount path with a colon, which the reference of the API forbids and containerd takes.
"""

import json
from collections.abc import Mapping

import pytest

from tests.harm.program import deployable, other
from tests.harm.symptoms import KINDS, symptoms
from tests.live.project import Project, Ran
from tests.live.traffic import eventually
from tests.targets.addons import serve_metrics
from tests.unit.components.checks import faults_of_fields, faults_of_objects, faults_of_programs
from tests.unit.components.checks.programs import Mutation, program

pytestmark = pytest.mark.live

_POD = "spec.template.spec"
_MAIN = f"{_POD}.containers.0"
_BACKEND = "spec.rules.0.http.paths.0.backend.service"
_AUTOSCALER = "HorizontalPodAutoscaler web"
_LONG = 60 * "d"
_HARM = {
    f"deployment:{_POD}.volumes.1.emptyDir.medium='memory'": "Deployment web",
    f"deployment:{_MAIN}.readinessProbe.httpGet.port='web'": "Deployment web",
    f"deployment:{_MAIN}.env.1.valueFrom.secretKeyRef.name='web-secrets'": "Deployment web",
    f"deployment:{_MAIN}.env.1.valueFrom.secretKeyRef.key='passwort'": "Deployment web",
    f"deployment:{_MAIN}.env.2.valueFrom.configMapKeyRef.key='hello'": "Deployment web",
    f"deployment:{_MAIN}.envFrom.0.configMapRef.name='web'": "Deployment web",
    f"deployment:{_POD}.volumes.0.configMap.name='config'": "Deployment web",
    f"deployment:{_POD}.volumes.0.configMap.items.0.key='greetings'": "Deployment web",
    f"deployment:{_POD}.volumes.2.persistentVolumeClaim.claimName='data'": "Deployment web",
    f"deployment:{_POD}.imagePullSecrets=[{{'name': 'registry'}}]": "pull secret",
    "deployment:metadata.name='shop'": _AUTOSCALER,
    f"deployment:{_MAIN}.resources absent": _AUTOSCALER,
    "config:metadata.name='web-cfg'": "Deployment web",
    "config:data={'farewell': 'bye'}": "Deployment web",
    "secret:metadata.name='secret'": "Deployment web",
    "claim:metadata.namespace='default'": "Deployment web",
    f"stateful:metadata.name={_LONG!r}": f"StatefulSet {_LONG}",
    "stateful:spec.serviceName='database'": "names of StatefulSet db",
    "headless:metadata.name='postgres'": "names of StatefulSet db",
    "headless:spec.selector.app='web-db'": "Service db",
    "service:metadata.name='shop'": "Ingress web",
    "service:spec.selector.app='shop'": "Service web",
    "service:spec.selector.tier='front'": "Service web",
    "service:spec.ports.0.targetPort='https'": "Service web",
    f"ingress:{_BACKEND}.name='shop'": "Ingress web",
    f"ingress:{_BACKEND}.port={{'number': 8080}}": "Ingress web",
    f"ingress:{_BACKEND}.port.name='https'": "Ingress web",
    "ingress:spec.tls=[{'secretName': 'certificate'}]": "certificate of Ingress web",
    "autoscaler:spec.scaleTargetRef.name='shop'": _AUTOSCALER,
    "budget:spec.selector.matchLabels.app='shop'": "PodDisruptionBudget web",
    "binding:roleRef.name='reader'": "rights of web",
    f"job:{_MAIN}.envFrom.0.configMapRef.name='other'": "Job migrate",
    f"cron:spec.jobTemplate.{_MAIN}.env.1.valueFrom.secretKeyRef.key='token'": "Job report-now",
}
"""What does not work with each fault."""

_AT_ONCE = 12
_PATIENCE_SECONDS = 180.0
_CONTROL = "nothing"
"""Stands for the program without a fault."""


def _faults() -> dict[str, Mutation]:
    every = (faults_of_fields.FAULTS, faults_of_objects.FAULTS, faults_of_programs.FAULTS)
    found = {_shown(each): each for faults in every for each in faults}
    return {name: found[name] for name in _HARM}


def _shown(fault: Mutation) -> str:
    """Return a fault with its whole value, which its name may cut."""
    place, found, _ = str(fault).partition("=")
    return f"{place}={fault.value!r}" if found else place


@pytest.fixture(scope="module")
def host(first_up: tuple[Project, Ran]) -> Project:
    """A cluster with the sample's image, and measurements for autoscalers."""
    project = first_up[0]
    serve_metrics(project)
    return project


@pytest.fixture(scope="module")
def observed(host: Project) -> Mapping[str, set[str]]:
    """What does not work with each fault, once the program without one works beside it."""
    image = host.pulumi("stack", "output", "image").output.strip()
    found: dict[str, set[str]] = {}
    every = list(_faults())
    batches = [every[first : first + _AT_ONCE] for first in range(0, len(every), _AT_ONCE)]
    for number, names in enumerate(batches):
        places = {name: f"harm-{number}-{index}" for index, name in enumerate((_CONTROL, *names))}
        for name, namespace in places.items():
            _apply(host, name, namespace, image)
        eventually(
            "the program without a fault works",
            lambda places=places: not _symptoms(host, places[_CONTROL]),
            seconds=_PATIENCE_SECONDS,
        )
        for name, namespace in places.items():
            wanted = _HARM.get(name)
            if wanted == _AUTOSCALER:  # it looks every 15 s, at what is measured every minute
                eventually(
                    f"{name} does harm",
                    lambda at=namespace: _AUTOSCALER in _symptoms(host, at),
                    seconds=_PATIENCE_SECONDS,
                )
            found.setdefault(name, set()).update(_symptoms(host, namespace))
        for namespace in places.values():
            host.kubectl("delete", "namespace", namespace, other(namespace), "--wait=false")
    return found


def _apply(host: Project, name: str, namespace: str, image: str) -> None:
    objects = program() if name == _CONTROL else _faults()[name].applied()
    beside = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": other(namespace)}}
    items = [beside, *deployable(objects, namespace, image)]
    file = host.folder / f"{namespace}.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": items}))
    host.kubectl("apply", f"--filename={file}")
    host.kubectl("create", "job", "report-now", "--from=cronjob/report", f"--namespace={namespace}")


def _symptoms(host: Project, namespace: str) -> set[str]:
    where = f"--namespace={namespace}"
    found = json.loads(host.kubectl("get", KINDS, where, "--output=json"))["items"]
    who = f"--as=system:serviceaccount:{namespace}:web"
    allowed = host.kubectl("auth", "can-i", "get", "pods", where, who, check=False).strip()
    return symptoms(found) | ({"rights of web"} if allowed != "yes" else set())


@pytest.fixture
def control(observed: Mapping[str, set[str]]) -> set[str]:
    """What does not work without a fault."""
    return observed[_CONTROL]


def test_the_program_without_a_fault_works(control: set[str]) -> None:
    assert control == set()


@pytest.mark.parametrize(("fault", "harm"), _HARM.items())
def test_a_fault_that_an_api_server_accepts_does_harm(
    observed: Mapping[str, set[str]], fault: str, harm: str
) -> None:
    assert harm in observed[fault]
