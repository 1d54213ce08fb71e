"""Changes after which a program is as valid as before: alternatives that a cluster accepts."""

from typing import Any

from .programs import ABSENT, Mutation, mutations

_GATEWAY = {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "db"]}]}
_EXTRA = {
    "name": "sidecar",
    "image": "registry.example/proxy@sha256:" + 64 * "a",
    "resources": {"requests": {"cpu": "10m"}},
}
_SECURE = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}


def with_sidecar(own: list[Any]) -> list[Any]:
    """Return containers with one more."""
    return [*own, {**_EXTRA, "securityContext": _SECURE}]


_ALTERNATIVES: dict[str, list[Any]] = {
    "deployment:spec.replicas": [0, 1, 50, ABSENT],
    "deployment:spec.minReadySeconds": [0, 599, ABSENT],
    "deployment:spec.revisionHistoryLimit": [0, 3],
    "deployment:spec.paused": [True],
    "deployment:spec.strategy": [
        {"type": "Recreate"}, {}, {"rollingUpdate": {"maxSurge": "25%"}},
        {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": "100%"}},
    ],
    "deployment:spec.template.metadata.annotations": [
        {"example.com/checked-at": "2026-01-01T00:00:00Z"}, {"Example.com/Key": ""}, None,
    ],
    "deployment:spec.template.metadata.labels.version": ["1.0.0", "", "x" * 63, "V_1.a-b"],
    "deployment:metadata.labels.example~com/team": ["shop", ""],
    "deployment:metadata.annotations": [{"a": "any text: with {signs}\n"}, None],
    "deployment:metadata.finalizers": [["example.com/wait"]],
    "deployment:MAIN.image": [
        "web", "web:1", "registry.example:5000/team/web@sha256:" + 64 * "b", "a/b/c:v1.0_2-x",
    ],
    "deployment:MAIN.imagePullPolicy": ["Always", "IfNotPresent", "Never"],
    "deployment:MAIN.ports.1.containerPort": [1, 65535],
    "deployment:MAIN.ports.1.protocol": ["UDP", "SCTP", "TCP"],
    "deployment:MAIN.env.0.name": ["lower", "A.B-C_1", "_X", "with space"],
    "deployment:MAIN.env.0.value": ["", "$(NODE)", "a=b", ABSENT],
    "deployment:MAIN.env.3.valueFrom.fieldRef.fieldPath": [
        "metadata.name", "metadata.labels['app']", "status.podIPs", "metadata.annotations['a/b']",
    ],
    "deployment:MAIN.env.3.valueFrom": [
        {"resourceFieldRef": {"resource": "limits.memory"}},
        {"secretKeyRef": {"name": "other", "key": "a", "optional": True}},
    ],
    "deployment:MAIN.envFrom.0.prefix": ["WEB_", ""],
    "deployment:MAIN.resources.requests.memory": ["67108864", "1e6", "0", "64M", 1048576],
    "deployment:MAIN.resources.requests.cpu": ["0.5", "500m", 1, "0", ".5"],
    "deployment:MAIN.resources.limits": [
        {"memory": "1Gi"}, {"cpu": 2, "memory": "1Gi", "ephemeral-storage": "1Gi"},
        {"memory": "1Gi", "example.com/gpu": 1}, {"memory": "1Gi", "hugepages-2Mi": "4Mi"},
    ],
    "deployment:MAIN.livenessProbe": [
        {"exec": {"command": ["true"]}}, {"grpc": {"port": 8080}}, ABSENT,
        {"httpGet": {"port": 8080, "path": "/"}, "terminationGracePeriodSeconds": 5},
    ],
    "deployment:MAIN.readinessProbe.successThreshold": [1, 3],
    "deployment:MAIN.readinessProbe.timeoutSeconds": [0, 5],
    "service:spec.ports.1.targetPort#2": [0],
    "job:spec.completionMode": ["Indexed", "NonIndexed"],
    "deployment:MAIN.readinessProbe.initialDelaySeconds": [0, 60],
    "deployment:MAIN.startupProbe": [{"tcpSocket": {"port": "admin"}, "failureThreshold": 60}],
    "deployment:MAIN.lifecycle": [
        {"preStop": {"exec": {"command": ["sleep", "5"]}}}, ABSENT,
        {"postStart": {"httpGet": {"port": "http"}}},
    ],
    "deployment:MAIN.volumeMounts.1.subPath": ["a/b", "a..b"],
    "deployment:MAIN.volumeMounts.1.readOnly": [True],
    "deployment:MAIN.securityContext.runAsUser": [1, 2**31 - 1],
    "deployment:MAIN.command": [["/web", "--port=8080"], []],
    "deployment:MAIN.terminationMessagePolicy": ["File", "FallbackToLogsOnError"],
    "deployment:POD.containers": [with_sidecar],
    "deployment:POD.initContainers": [
        ABSENT, [{**_EXTRA, "restartPolicy": "Always", "securityContext": _SECURE,
                  "startupProbe": {"tcpSocket": {"port": 1}}}],
    ],
    "deployment:POD.volumes.1": [
        {"name": "tmp"}, {"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}},
        {"name": "tmp", "projected": {"sources": [{"secret": {"name": "web-secret"}}]}},
        {"name": "tmp", "secret": {"secretName": "web-secret", "defaultMode": 0o400}},
    ],
    "deployment:POD.volumes.0.configMap.defaultMode": [0, 0o644],
    "deployment:POD.restartPolicy": ["Always"],
    "deployment:POD.dnsPolicy": ["Default", "ClusterFirst"],
    "deployment:POD.terminationGracePeriodSeconds": [5, 3600],
    "deployment:POD.nodeSelector": [{"kubernetes.io/arch": "amd64"}, {"disk": ""}],
    "deployment:POD.tolerations": [
        [{"operator": "Exists"}], [{"key": "a", "value": "b", "effect": "NoSchedule"}],
        [{"key": "a", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 0}],
    ],
    "deployment:POD.topologySpreadConstraints.0.whenUnsatisfiable": ["DoNotSchedule"],
    "deployment:POD.affinity": [
        {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [
            {"topologyKey": "kubernetes.io/hostname", "labelSelector": _GATEWAY}]}},
        {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
            "nodeSelectorTerms": [{"matchExpressions": [
                {"key": "cores", "operator": "Gt", "values": ["4"]}]}]}}},
    ],
    "deployment:POD.serviceAccountName": ["default", ABSENT],
    "deployment:POD.priorityClassName": ["system-cluster-critical"],
    "deployment:POD.imagePullSecrets": [[{"name": "web-secret"}], []],
    "service:spec.type": ["NodePort", "LoadBalancer", "ClusterIP"],
    "service:spec.ports.1.targetPort": [ABSENT, "admin", 9000],
    "service:spec.ports.0.port": [443, 65535],
    "service:spec.ports.0.appProtocol": ["http", "kubernetes.io/h2c"],
    "service:spec.sessionAffinity": ["ClientIP", "None"],
    "service:spec.internalTrafficPolicy": ["Local"],
    "service:spec.ipFamilyPolicy": ["PreferDualStack"],
    "service:spec.publishNotReadyAddresses": [True],
    "headless:spec.ports": [ABSENT, [{"port": 53, "protocol": "UDP", "name": "dns"}]],
    "config:data.~env": ["A=1"],
    "config:data.key-1_a": ["", "x\ny"],
    "config:binaryData": [{"logo.png": "iVBORw0KGgo="}],
    "config:immutable": [True, False],
    "secret:stringData": [{"token": "ümlaut"}],
    "secret:data.empty": [""],
    "claim:spec.resources.requests.storage": ["10Gi", "1e10", "500M"],
    "claim:spec.storageClassName": ["standard", ""],
    "claim:spec.accessModes": [["ReadWriteMany", "ReadOnlyMany"], ["ReadWriteOncePod"]],
    "stateful:spec.podManagementPolicy": ["Parallel", "OrderedReady"],
    "stateful:spec.updateStrategy": [{"type": "OnDelete"}, {"rollingUpdate": {"partition": 1}}],
    "stateful:spec.persistentVolumeClaimRetentionPolicy": [{"whenDeleted": "Delete"}],
    "daemon:spec.updateStrategy": [
        {"type": "OnDelete"}, {"rollingUpdate": {"maxUnavailable": "10%"}},
        {"rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}},
    ],
    "job:spec.completions": [1, 5],
    "job:spec.backoffLimit": [0],
    "job:spec.ttlSecondsAfterFinished": [0, 3600],
    "job:spec.suspend": [True],
    "job:POD.restartPolicy": ["Never"],
    "cron:spec.schedule": [
        "@daily", "@every 1h", "0 0 1 1 *", "*/15 * * * *", "0 22 * * 1-5", "1,2,3 * * jan sun",
        "0 0 29 2 *", "? * * * ?",
    ],
    "cron:spec.timeZone": ["Etc/UTC", "America/New_York", ABSENT],
    "cron:spec.concurrencyPolicy": ["Forbid", "Replace"],
    "ingress:spec.rules.0.host": ["*.example.com", ABSENT, "localhost", "1.example"],
    "ingress:spec.rules.0.http.paths.0.pathType": ["Exact", "ImplementationSpecific"],
    "ingress:spec.rules.0.http.paths.0.backend.service.port": [{"number": 81}, {"name": "admin"}],
    "ingress:spec.ingressClassName": ["nginx"],
    "ingress:spec.tls": [[{"hosts": ["shop.example.com"], "secretName": "web-secret"}], [{}]],
    "policy:spec.ingress": [[], [{}], ABSENT],
    "policy:spec.podSelector": [{}, _GATEWAY],
    "policy:spec.egress.0.ports": [[{"port": 1, "endPort": 65535}], [{"port": "http"}]],
    "policy:spec.egress.0.to.0.ipBlock": [{"cidr": "0.0.0.0/0"}, {"cidr": "2001:db8::/32"}],
    "autoscaler:spec.minReplicas": [1, 5, ABSENT],
    "autoscaler:spec.metrics": [ABSENT, []],
    "autoscaler:spec.behavior": [{"scaleDown": {"stabilizationWindowSeconds": 60}}],
    "budget:spec.maxUnavailable": [0, "50%", "100%"],
    "budget:spec.selector": [_GATEWAY, {}],
    "role:rules.0.resourceNames": [["web"]],
    "role:rules.0.verbs": [["*"]],
    "binding:subjects": [[], [{"kind": "User", "name": "a b",
                               "apiGroup": "rbac.authorization.k8s.io"}]],
    "role:metadata.labels": [{}],
    "account:automountServiceAccountToken": [False],
    "namespace:metadata.labels.team": ["shop"],
}  # fmt: skip

CHANGES: list[Mutation] = [
    change
    for key, values in _ALTERNATIVES.items()
    for value in values
    for change in mutations("", {key: value})
]
