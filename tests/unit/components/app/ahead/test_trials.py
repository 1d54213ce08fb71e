"""Refusals of the API server: those that are certain, and those that may pass by themselves.

The sentences are those of an API server of Kubernetes 1.35.4.
"""

import pytest

from .cluster import Cluster, Manifest, cron_job, deployment, forbidden, running, stateful_set

_WEBHOOK = 'admission webhook "deny.example.com" denied the request: images must come from us'
_POLICY = (
    "deployments.apps \"web\" is forbidden: ValidatingAdmissionPolicy 'team-label' with binding "
    "'team-label-everywhere' denied request: every Deployment needs the label team"
)
_RIGHT = (
    'statefulsets.apps "db" is forbidden: User "deployer" cannot patch resource "statefulsets" in '
    'API group "apps" in the namespace "shop"'
)
_PORT = (
    'Deployment.apps "web" is invalid: spec.template.spec.containers[0].ports[0].containerPort: '
    "Invalid value: 70000: must be between 1 and 65535, inclusive"
)
_FIELD = (
    "failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): "
    '.spec.template.spec.containers[name="web"].imag: field not declared in schema'
)
_QUANTITY = (
    "failed to convert new object (shop/web; apps/v1, Kind=Deployment) to proper version: unable "
    "to convert unstructured object to apps/v1, Kind=Deployment: quantities must match the regular "
    "expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
)


@pytest.mark.parametrize(
    ("status", "sentence", "cause", "detail"),
    [
        (403, _WEBHOOK, "admission: refused by the admission webhook `deny.example.com`", "images"),
        (422, _POLICY, "admission: refused by the admission policy `team-label`", "the label team"),
        (403, _RIGHT, "no right to deploy", 'User "deployer" cannot patch'),
        (422, _PORT, "object refused as invalid", "70000: must be between"),
        (500, _FIELD, "object refused as invalid", "imag: field not declared"),
        (500, _QUANTITY, "object refused as invalid", "quantities must match"),
        (404, 'namespaces "shop" not found', "Namespace missing", ""),
        (
            403,
            (
                'deployments.apps "web" is forbidden: unable to create new content in namespace '
                "shop because it is being terminated"
            ),
            "admission: refused by the API server",
            "being terminated",
        ),
    ],
)
def test_a_refusal_of_the_workload_is_a_finding(
    status: int, sentence: str, cause: str, detail: str
) -> None:
    cluster = Cluster()
    cluster.refuse_workload(sentence, status=status)

    (finding,) = cluster.outlook(deployment()).findings

    assert finding.cause == cause
    assert finding.message.startswith("web: ") and "shop" in finding.message
    assert detail in finding.details and finding.next_step


@pytest.mark.parametrize(
    ("sentence", "cause", "words"),
    [
        (
            (
                'pods "web-klrr9" is forbidden: violates PodSecurity "restricted:latest": '
                'runAsNonRoot != true (pod or container "web" must set '
                "securityContext.runAsNonRoot=true)"
            ),
            "admission: Pod Security",
            ["`restricted`", "runAsNonRoot != true", "kubectl get namespace shop"],
        ),
        (
            (
                'pods "web-gdcdm" is forbidden: maximum memory usage per Container is 64Mi, but '
                "limit is 128Mi"
            ),
            "limit range",
            ["LimitRange", "maximum memory usage per Container is 64Mi", "slipway:app.memory"],
        ),
        (
            (
                'pods "web-gdcdm" is forbidden: cpu max limit to request ratio per Container is 2, '
                "but provided ratio is 4.000000"
            ),
            "limit range",
            ["cpu max limit to request ratio"],
        ),
        (
            (
                'pods "web-m62gr" is forbidden: exceeded quota: small, requested: '
                "requests.cpu=600m, used: requests.cpu=0, limited: requests.cpu=500m"
            ),
            "quota",
            ["`small`", "requests.cpu: 600m is needed, 500m is allowed"],
        ),
        (
            (
                'pods "web-52xfg" is forbidden: failed quota: small: must specify limits.memory '
                "for: web; requests.cpu for: web"
            ),
            "quota",
            ["must specify limits.memory for: web; requests.cpu for: web"],
        ),
        (
            (
                'pods "web-" is forbidden: error looking up service account shop/robot: '
                'serviceaccount "robot" not found'
            ),
            "ServiceAccount missing",
            ["`robot`", "kubectl create serviceaccount robot --namespace=shop"],
        ),
        (
            (
                'pods "web-" is forbidden: unable to validate against any security context '
                'constraint: [provider "anyuid": Forbidden: not usable by user or serviceaccount]'
            ),
            "admission: refused by every security context constraint",
            ['provider "anyuid"'],
        ),
        (
            'pods "web-" is forbidden: no PriorityClass with name top was found',
            "PriorityClass missing",
            ["`top`", "kubectl get priorityclass"],
        ),
        (
            'pods "web-" is forbidden: pod rejected: RuntimeClass "gvisor" not found',
            "RuntimeClass missing",
            ["`gvisor`"],
        ),
    ],
)
def test_a_refusal_of_its_pods_is_a_finding(sentence: str, cause: str, words: list[str]) -> None:
    cluster = Cluster()
    cluster.refuse_pods(sentence)

    (finding,) = cluster.outlook(deployment()).findings

    assert finding.cause == cause
    text = f"{finding.message} {finding.details} {finding.next_step}"
    assert all(word in text for word in words), text


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (
            500,
            (
                'Internal error occurred: failed calling webhook "down.example.com": failed to '
                'call webhook: Post "https://127.0.0.1:1/x?timeout=10s": dial tcp 127.0.0.1:1: '
                "connect: connection refused"
            ),
        ),
        (400, 'admission webhook "old.example.com" does not support dry run'),
        (
            400,
            (
                'admission webhook "verify.example.com" denied the request: failed to verify: Get '
                '"https://registry.example/v2/": dial tcp: lookup registry.example: no such host'
            ),
        ),
        (503, 'admission webhook "verify.example.com" denied the request: try again'),
        (
            403,
            (
                'pods "web-m62gr" is forbidden: exceeded quota: small, requested: pods=1, used: '
                "pods=4, limited: pods=4"
            ),
        ),
        (403, 'pods "web-m62gr" is forbidden: status unknown for quota: small, resources: pods'),
        (403, 'pods "web-m62gr" is forbidden: not yet ready to handle request'),
        (
            403,
            (
                'pods "web-" is forbidden: error looking up service account shop/default: '
                'serviceaccount "default" not found'
            ),
        ),
        (500, "etcdserver: leader changed"),
        (504, "Timeout: request did not complete within requested timeout"),
        (429, "too many requests, please try again later"),
        (0, "the API server does not answer: timed out"),
    ],
)
def test_what_may_pass_by_itself_is_no_finding(status: int, sentence: str) -> None:
    cluster = Cluster()
    cluster.refuse_pods(sentence, status=status)
    assert cluster.causes(deployment()) == []

    cluster.refuse_workload(sentence, status=status)
    assert cluster.causes(deployment()) == []


@pytest.mark.parametrize(
    "sentence",
    [
        (
            'StatefulSet.apps "db" is invalid: spec: Forbidden: updates to statefulset spec for '
            "fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
            "'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' "
            "are forbidden"
        ),
        (
            'Deployment.apps "web" is invalid: spec.selector: Invalid value: {"matchLabels":{}}: '
            "field is immutable"
        ),
    ],
)
def test_a_change_that_is_made_in_another_way_is_no_finding(sentence: str) -> None:
    cluster = Cluster()
    cluster.refuse_workload(sentence, status=422, reason="Invalid")

    assert cluster.causes(deployment()) == []


def test_what_only_a_change_by_hand_makes_invalid_is_no_finding() -> None:
    cluster = Cluster()
    cluster.refuse_workload(_PORT, status=422, reason="Invalid")
    live = running(deployment())

    assert cluster.causes(deployment(), live) == []
    assert all("GET" in each or "dryRun=True" in each for each in cluster.requests)

    cluster.refused_new = cluster.refused_workload
    assert cluster.causes(deployment(), live) == ["object refused as invalid"]


def test_a_pod_of_a_refused_workload_is_not_reported_again() -> None:
    cluster = Cluster()
    cluster.refuse_workload(_PORT, status=422, reason="Invalid")
    cluster.refuse_pods(_PORT, status=422, reason="Invalid")

    assert cluster.causes(deployment()) == ["object refused as invalid"]


def _other_image(spec: Manifest) -> None:
    spec["containers"][0]["image"] = "elsewhere.example/web"


def test_a_webhook_that_refuses_pods_of_the_version_that_runs_does_not_count() -> None:
    cluster = Cluster()
    cluster.refuse_pods(_WEBHOOK)

    assert cluster.causes(deployment(_other_image), running(deployment())) == []


def test_a_webhook_that_refuses_pods_of_the_new_version_alone_counts() -> None:
    cluster = Cluster()

    def judge(pod: Manifest) -> object:
        is_new = pod["spec"]["containers"][0]["image"].startswith("elsewhere")
        return forbidden(_WEBHOOK) if is_new else None

    cluster.refused_pod = judge  # pyright: ignore[reportAttributeAccessIssue]

    (cause,) = cluster.causes(deployment(_other_image), running(deployment()))
    assert "deny.example.com" in cause


def test_pods_are_tried_as_the_controller_creates_them() -> None:
    cluster = Cluster()
    for manifest in (deployment(), stateful_set(), cron_job("night")):
        cluster.outlook(manifest)

    owners = [pod["metadata"]["ownerReferences"][0] for pod in cluster.pods]
    assert {(owner["kind"], owner["controller"]) for owner in owners} == {
        ("ReplicaSet", True),
        ("StatefulSet", True),
        ("Job", True),
    }
    volumes = [pod["spec"].get("volumes") for pod in cluster.pods]
    claim = {"name": "storage-0", "persistentVolumeClaim": {"claimName": "storage-0-web-0"}}
    assert [claim] in volumes


def test_a_sentence_that_quotes_a_whole_object_is_cut() -> None:
    cluster = Cluster()
    long = f'Deployment.apps "web" is invalid: spec: Invalid value: {"x" * 5000}: must be shorter'
    cluster.refuse_workload(long, status=422, reason="Invalid")

    (finding,) = cluster.outlook(deployment()).findings
    assert len(finding.details) < 700 and finding.details.endswith("must be shorter")
