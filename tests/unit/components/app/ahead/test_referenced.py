"""Secrets, ConfigMaps, keys, claims and accounts that a pod names."""

import pytest

from .cluster import (
    Change,
    Cluster,
    Manifest,
    deployment,
    forbidden,
    from_config_map,
    from_secret,
    with_env,
)

_SECRETS = "/api/v1/namespaces/shop/secrets"
_CONFIG_MAPS = "/api/v1/namespaces/shop/configmaps"
_OPTIONAL = {"name": "db", "optional": True}
_CLAIMS = "/api/v1/namespaces/shop/persistentvolumeclaims"


def _spec(**fields: object) -> Change:
    """Return the change that sets fields of the pod's spec."""
    return lambda spec: spec.update(fields)


def _volume(**source: object) -> Change:
    return _spec(volumes=[{"name": "content", **source}])


def test_a_missing_secret_is_named_with_what_needs_it_and_the_command() -> None:
    manifest = deployment(with_env(from_secret("DATABASE_URL", "db", "url")))

    (finding,) = Cluster().outlook(manifest).findings

    assert finding.message == "web: the Secret `db` does not exist in the namespace shop"
    assert "the variable DATABASE_URL of the container web needs it" in finding.details
    assert "kubectl create secret generic db --namespace=shop --from-literal=url=VALUE" in (
        finding.next_step
    )


def test_an_object_that_several_need_is_looked_up_and_reported_once() -> None:
    cluster = Cluster()
    uses = [from_secret("A", "db", "a"), from_secret("B", "db", "b"), from_secret("C", "db", "b")]

    (finding,) = cluster.outlook(deployment(with_env(*uses))).findings

    assert "A of the container web, the variable B of the container web and" in finding.details
    assert "--from-literal=a=VALUE --from-literal=b=VALUE" in finding.next_step
    assert cluster.requests.count(f"GET {_SECRETS}/db") == 2


def test_a_missing_key_is_named_beside_those_that_exist() -> None:
    cluster = Cluster()
    cluster.objects[f"{_SECRETS}/db"] = {"data": {"uri": "eA==", "user": "eA=="}}

    manifest = deployment(with_env(from_secret("DATABASE_URL", "db", "url")))
    (finding,) = cluster.outlook(manifest).findings

    assert finding.cause == "Secret key missing"
    assert finding.message.endswith("the Secret `db` in the namespace shop has no key `url`")
    assert "its keys: `uri`, `user`" in finding.details and "eA==" not in str(finding)


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (with_env(from_config_map("MODE", "settings", "mode")), "ConfigMap missing"),
        (_volume(secret={"secretName": "tls"}), "Secret missing"),
        (_volume(configMap={"name": "settings"}), "ConfigMap missing"),
        (_volume(projected={"sources": [{"secret": {"name": "tls"}}]}), "Secret missing"),
        (_volume(projected={"sources": [{"configMap": {"name": "a"}}]}), "ConfigMap missing"),
        (
            _volume(persistentVolumeClaim={"claimName": "shared"}),
            "PersistentVolumeClaim missing",
        ),
        (_spec(serviceAccountName="robot"), "ServiceAccount missing"),
        (
            _spec(initContainers=[{"name": "i", "envFrom": [{"secretRef": {"name": "db"}}]}]),
            "Secret missing",
        ),
        (
            _spec(initContainers=[{"name": "i", "envFrom": [{"configMapRef": {"name": "db"}}]}]),
            "ConfigMap missing",
        ),
    ],
)
def test_every_way_to_name_an_object_is_looked_up(change: Change, cause: str) -> None:
    assert Cluster().causes(deployment(change)) == [cause]


@pytest.mark.parametrize(
    "change",
    [
        with_env(from_secret("A", "db", "url", optional=True)),
        with_env(from_config_map("A", "settings", "a", optional=True)),
        _volume(secret={"secretName": "tls", "optional": True}),
        _volume(configMap={"name": "settings", "optional": True}),
        _volume(projected={"sources": [{"secret": {"name": "tls", "optional": True}}]}),
        _spec(initContainers=[{"name": "i", "envFrom": [{"secretRef": _OPTIONAL}]}]),
        _volume(configMap={"name": "kube-root-ca.crt"}),
        _spec(serviceAccountName="default"),
        _volume(emptyDir={}),
        _volume(projected={"sources": [{"serviceAccountToken": {"path": "token"}}]}),
        with_env({"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}),
    ],
)
def test_what_a_pod_starts_without_is_no_finding(change: Change) -> None:
    assert Cluster().causes(deployment(change)) == []


def test_a_key_that_a_volume_mounts_is_looked_up() -> None:
    cluster = Cluster()
    cluster.objects[f"{_CONFIG_MAPS}/settings"] = {"binaryData": {"a": "eA=="}}
    items = [{"key": "a", "path": "a"}, {"key": "b", "path": "b"}]

    manifest = deployment(_volume(configMap={"name": "settings", "items": items}))
    (finding,) = cluster.outlook(manifest).findings

    assert "no key `b`" in finding.message and "the volume content" in finding.details


def test_secrets_that_may_not_be_read_do_not_keep_others_from_the_check() -> None:
    cluster = Cluster()
    cluster.unreadable[f"{_SECRETS}/db"] = forbidden('User "deployer" cannot get "secrets"')
    variables = [from_secret("A", "db", "url"), from_config_map("B", "settings", "b")]

    assert cluster.causes(deployment(with_env(*variables))) == ["ConfigMap missing"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (
            "/apis/external-secrets.io/v1/namespaces/shop/externalsecrets",
            {"metadata": {"name": "from-vault"}, "spec": {"target": {"name": "db"}}},
        ),
        (
            "/apis/external-secrets.io/v1beta1/namespaces/shop/externalsecrets",
            {"metadata": {"name": "db"}, "spec": {}},
        ),
        (
            "/apis/bitnami.com/v1alpha1/namespaces/shop/sealedsecrets",
            {"metadata": {"name": "db"}},
        ),
        (
            "/apis/cert-manager.io/v1/namespaces/shop/certificates",
            {"metadata": {"name": "shop"}, "spec": {"secretName": "db"}},
        ),
    ],
)
def test_a_secret_that_an_operator_makes_is_waited_for(path: str, source: Manifest) -> None:
    cluster = Cluster()
    cluster.holds(path, source)

    outlook = cluster.outlook(deployment(with_env(from_secret("A", "db", "url"))))

    assert outlook.findings == ()
    assert f"`{source['metadata']['name']}` is to create it" in outlook.notices[0]


def test_a_missing_pull_secret_is_a_notice_as_images_may_need_no_login() -> None:
    cluster = Cluster()
    cluster.objects[f"{_SECRETS}/known"] = {"data": {}}
    secrets = [{"name": "known"}, {"name": "registry"}]

    outlook = cluster.outlook(deployment(_spec(imagePullSecrets=secrets)))

    assert outlook.findings == ()
    (notice,) = outlook.notices
    assert notice.startswith("web: the pull secret `registry` does not exist")


def test_a_claim_that_lost_its_volume_is_a_finding() -> None:
    cluster = Cluster()
    path = f"{_CLAIMS}/shared"
    manifest = deployment(_volume(persistentVolumeClaim={"claimName": "shared"}))

    cluster.objects[path] = {"spec": {}, "status": {"phase": "Lost"}}
    assert cluster.causes(manifest) == ["volume lost"]

    cluster.objects[path] = {"spec": {}, "status": {"phase": "Bound"}}
    assert cluster.causes(manifest) == []
