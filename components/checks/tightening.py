"""Rules of single fields that Kubernetes validates and does not publish in its schemas.

`make docs` adds these to the published ones. Sources are the field's own documentation, e.g.
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/, and
https://kubernetes.io/docs/concepts/overview/working-with-objects/names/.
"""

from typing import Any

from ..k8s import syntax

Schema = dict[str, Any]

_LABEL = r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
_QUALIFIED = (
    r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"
    r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"
)
_ANNOTATION = (  # the prefix of an annotation's key may have capitals
    r"^([A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]*[A-Za-z0-9])?)*/)?"
    r"[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$"
)
_LABEL_VALUE = r"^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$"
_QUANTITY = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]+)?$"
_BASE64 = r"^([A-Za-z0-9+/\s]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\s*$"
_PORT_NAME = r"^(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]*[a-z0-9])?$"
_KEY = r"^[-._a-zA-Z0-9]+$"

PORT: Schema = {"type": "integer", "minimum": 1, "maximum": 65535}
COUNT: Schema = {"minimum": 0}
POSITIVE: Schema = {"minimum": 1}
LABELS: Schema = {
    "propertyNames": {"pattern": _QUALIFIED, "maxLength": 317},
    "additionalProperties": {"type": "string", "pattern": _LABEL_VALUE, "maxLength": 63},
}
NAME: Schema = {"pattern": _LABEL, "maxLength": 63}
SUBDOMAIN: Schema = {"pattern": syntax.SUBDOMAIN, "maxLength": 253}
KEYS: Schema = {"propertyNames": {"pattern": _KEY, "maxLength": 253}}
PROTOCOL: Schema = {"enum": ["TCP", "UDP", "SCTP"]}
DELAY: Schema = {"type": "integer", "minimum": 0}


_USER: Schema = {"minimum": 0, "maximum": 2**31 - 1}


def _one_of(*values: str) -> Schema:
    return {"enum": list(values)}


PORT_NAME: Schema = {"type": "string", "pattern": _PORT_NAME, "maxLength": 15}
PORT_OR_NAME: Schema = {"anyOf": [PORT, PORT_NAME]}
COUNT_OR_SHARE: Schema = {
    "anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[0-9]+%$"}],
}

DEFINITIONS: dict[str, Schema] = {
    "api.resource.Quantity": {
        "anyOf": [{"type": "string", "pattern": _QUANTITY}, {"type": "number"}]
    },
    "intstr.IntOrString": {"type": ["integer", "string"]},
}
"""Definitions that are replaced, by the end of their name."""

_PROBE: dict[str, Schema] = {
    "initialDelaySeconds": COUNT,
    # 0 stands for the default.
    **dict.fromkeys(("periodSeconds", "timeoutSeconds"), COUNT),
    **dict.fromkeys(("successThreshold", "failureThreshold"), COUNT),
    "terminationGracePeriodSeconds": POSITIVE,
}
_CONTAINER: dict[str, Schema] = {
    "name": NAME,
    "image": {"minLength": 1, "pattern": r"^\S(.*\S)?$"},
    "imagePullPolicy": _one_of("Always", "IfNotPresent", "Never"),
    "terminationMessagePolicy": _one_of("File", "FallbackToLogsOnError"),
}
_ROLLING: dict[str, Schema] = dict.fromkeys(("maxUnavailable", "maxSurge"), COUNT_OR_SHARE)
_MOUNTED: dict[str, Schema] = {"defaultMode": {"minimum": 0, "maximum": 0o777}}

FIELDS: dict[str, dict[str, Schema]] = {
    "meta.v1.ObjectMeta": {
        "labels": LABELS,
        "annotations": {"propertyNames": {"pattern": _ANNOTATION}},
        "namespace": NAME,
        "finalizers": {"items": {"type": "string", "pattern": _QUALIFIED}},
    },
    "meta.v1.LabelSelector": {"matchLabels": LABELS},
    "meta.v1.LabelSelectorRequirement": {
        "key": {"pattern": _QUALIFIED},
        "operator": _one_of("In", "NotIn", "Exists", "DoesNotExist"),
    },
    "core.v1.Container": _CONTAINER,
    "core.v1.EphemeralContainer": _CONTAINER,
    "core.v1.ContainerPort": {
        "containerPort": PORT,
        "hostPort": {"minimum": 0, "maximum": 65535},
        "name": {"pattern": _PORT_NAME, "maxLength": 15},
        "protocol": PROTOCOL,
    },
    "core.v1.EnvVar": {"name": {"pattern": r"^[ -<>-~]+$"}},
    "core.v1.EnvFromSource": {"prefix": {"pattern": r"^[ -<>-~]*$"}},
    "core.v1.ConfigMapKeySelector": {"key": {"pattern": _KEY, "maxLength": 253}},
    "core.v1.SecretKeySelector": {"key": {"pattern": _KEY, "maxLength": 253}},
    "core.v1.KeyToPath": {
        "key": {"pattern": _KEY, "maxLength": 253},
        "mode": {"minimum": 0, "maximum": 0o777},
        "path": {"pattern": r"^(?!/)(?!\.\.)(?!.*/\.\.(/|$)).+$"},
    },
    "core.v1.VolumeMount": {
        "mountPath": {"minLength": 1, "pattern": "^[^:]+$"},
        "subPath": {"pattern": r"^(?!/)(?!\.\.(/|$))(?!.*/\.\.(/|$))"},
        "mountPropagation": _one_of("None", "HostToContainer", "Bidirectional"),
        "recursiveReadOnly": _one_of("Disabled", "IfPossible", "Enabled"),
    },
    "core.v1.Volume": {"name": NAME},
    "core.v1.ConfigMapVolumeSource": _MOUNTED,
    "core.v1.SecretVolumeSource": _MOUNTED,
    "core.v1.ProjectedVolumeSource": _MOUNTED,
    "core.v1.DownwardAPIVolumeSource": _MOUNTED,
    "core.v1.EmptyDirVolumeSource": {"medium": {"pattern": "^(|Memory|HugePages.*)$"}},
    "core.v1.HostPathVolumeSource": {
        "path": {"minLength": 1, "pattern": r"^(?!.*(^|/)\.\.(/|$))"},
        "type": _one_of(
            "",
            "DirectoryOrCreate",
            "Directory",
            "FileOrCreate",
            "File",
            "Socket",
            "CharDevice",
            "BlockDevice",
        ),
    },
    "core.v1.Probe": _PROBE,
    "core.v1.HTTPGetAction": {"port": PORT_OR_NAME, "scheme": _one_of("HTTP", "HTTPS")},
    "core.v1.TCPSocketAction": {"port": PORT_OR_NAME},
    "core.v1.GRPCAction": {"port": PORT},
    "core.v1.SleepAction": {"seconds": DELAY},
    "core.v1.PodSpec": {
        "activeDeadlineSeconds": POSITIVE,
        "terminationGracePeriodSeconds": COUNT,
        "restartPolicy": _one_of("Always", "OnFailure", "Never"),
        "dnsPolicy": _one_of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"),
        "preemptionPolicy": _one_of("Never", "PreemptLowerPriority"),
        "nodeSelector": LABELS,
        "hostname": NAME,
        "subdomain": NAME,
        "serviceAccountName": SUBDOMAIN,
        "containers": {"minItems": 1},
    },
    "core.v1.PodSecurityContext": {
        **dict.fromkeys(("runAsUser", "runAsGroup", "fsGroup"), _USER),
        "fsGroupChangePolicy": _one_of("OnRootMismatch", "Always"),
    },
    "core.v1.SecurityContext": {
        **dict.fromkeys(("runAsUser", "runAsGroup"), _USER),
        "procMount": _one_of("Default", "Unmasked"),
    },
    "core.v1.SeccompProfile": {"type": _one_of("Localhost", "RuntimeDefault", "Unconfined")},
    "core.v1.Toleration": {
        "effect": _one_of("", "NoSchedule", "PreferNoSchedule", "NoExecute"),
        "operator": _one_of("", "Equal", "Exists", "Lt", "Gt"),
    },
    "core.v1.TopologySpreadConstraint": {
        "maxSkew": POSITIVE,
        "minDomains": POSITIVE,
        "topologyKey": {"pattern": _QUALIFIED},
        "whenUnsatisfiable": _one_of("DoNotSchedule", "ScheduleAnyway"),
        **dict.fromkeys(("nodeAffinityPolicy", "nodeTaintsPolicy"), _one_of("Honor", "Ignore")),
    },
    "core.v1.PodAffinityTerm": {"topologyKey": {"pattern": _QUALIFIED}},
    "core.v1.WeightedPodAffinityTerm": {"weight": {"minimum": 1, "maximum": 100}},
    "core.v1.PreferredSchedulingTerm": {"weight": {"minimum": 1, "maximum": 100}},
    "core.v1.NodeSelectorRequirement": {
        "operator": _one_of("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),
    },
    "core.v1.NodeSelector": {"nodeSelectorTerms": {"minItems": 1}},
    "core.v1.ServiceSpec": {
        "type": _one_of("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
        "selector": LABELS,
        "sessionAffinity": _one_of("None", "ClientIP"),
        "externalTrafficPolicy": _one_of("Cluster", "Local"),
        "internalTrafficPolicy": _one_of("Cluster", "Local"),
        "ipFamilyPolicy": _one_of("SingleStack", "PreferDualStack", "RequireDualStack"),
        "ipFamilies": {"items": {"enum": ["IPv4", "IPv6"]}, "maxItems": 2},
        "healthCheckNodePort": {"minimum": 0, "maximum": 65535},
    },
    "core.v1.ServicePort": {
        "port": PORT,
        "targetPort": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 65535}, PORT_NAME]},
        "nodePort": {"minimum": 0, "maximum": 65535},
        "name": NAME,
        "protocol": PROTOCOL,
    },
    "core.v1.ConfigMap": {
        "data": KEYS,
        "binaryData": {**KEYS, "additionalProperties": {"type": "string", "pattern": _BASE64}},
    },
    "core.v1.Secret": {
        "stringData": KEYS,
        "data": {**KEYS, "additionalProperties": {"type": "string", "pattern": _BASE64}},
    },
    "core.v1.PersistentVolumeClaimSpec": {
        "accessModes": {
            "minItems": 1,
            "items": _one_of("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"),
        },
        "volumeMode": _one_of("Filesystem", "Block"),
    },
    "core.v1.PersistentVolumeSpec": {
        "persistentVolumeReclaimPolicy": _one_of("Retain", "Delete", "Recycle"),
    },
    "core.v1.LimitRangeItem": {
        "type": {"pattern": "^(Pod|Container|PersistentVolumeClaim|.+/.+)$"}
    },
    "apps.v1.DeploymentSpec": {
        **dict.fromkeys(("replicas", "minReadySeconds", "revisionHistoryLimit"), COUNT),
        "progressDeadlineSeconds": POSITIVE,
    },
    "apps.v1.DeploymentStrategy": {"type": _one_of("Recreate", "RollingUpdate")},
    "apps.v1.RollingUpdateDeployment": _ROLLING,
    "apps.v1.RollingUpdateDaemonSet": _ROLLING,
    "apps.v1.ReplicaSetSpec": dict.fromkeys(("replicas", "minReadySeconds"), COUNT),
    "apps.v1.DaemonSetSpec": dict.fromkeys(("minReadySeconds", "revisionHistoryLimit"), COUNT),
    "apps.v1.DaemonSetUpdateStrategy": {"type": _one_of("RollingUpdate", "OnDelete")},
    "apps.v1.StatefulSetSpec": {
        **dict.fromkeys(("replicas", "minReadySeconds", "revisionHistoryLimit"), COUNT),
        "podManagementPolicy": _one_of("OrderedReady", "Parallel"),
    },
    "apps.v1.StatefulSetUpdateStrategy": {"type": _one_of("RollingUpdate", "OnDelete")},
    "apps.v1.RollingUpdateStatefulSetStrategy": {"partition": COUNT},
    "apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy": dict.fromkeys(
        ("whenDeleted", "whenScaled"), _one_of("Retain", "Delete")
    ),
    "batch.v1.JobSpec": {
        **dict.fromkeys(("backoffLimit", "completions", "parallelism"), COUNT),
        **dict.fromkeys(("ttlSecondsAfterFinished", "backoffLimitPerIndex"), COUNT),
        "activeDeadlineSeconds": COUNT,
        "completionMode": _one_of("NonIndexed", "Indexed"),
        "podReplacementPolicy": _one_of("TerminatingOrFailed", "Failed"),
    },
    "batch.v1.CronJobSpec": {
        "concurrencyPolicy": _one_of("Allow", "Forbid", "Replace"),
        "startingDeadlineSeconds": COUNT,
        **dict.fromkeys(("successfulJobsHistoryLimit", "failedJobsHistoryLimit"), COUNT),
        "schedule": {"minLength": 1},
    },
    "autoscaling.v2.HorizontalPodAutoscalerSpec": {"minReplicas": COUNT, "maxReplicas": POSITIVE},
    "autoscaling.v1.HorizontalPodAutoscalerSpec": {"minReplicas": COUNT, "maxReplicas": POSITIVE},
    "autoscaling.v2.MetricTarget": {
        "type": _one_of("Utilization", "Value", "AverageValue"),
        "averageUtilization": POSITIVE,
    },
    "autoscaling.v2.MetricSpec": {
        "type": _one_of("Object", "Pods", "Resource", "ContainerResource", "External"),
    },
    "policy.v1.PodDisruptionBudgetSpec": {
        **dict.fromkeys(("maxUnavailable", "minAvailable"), COUNT_OR_SHARE),
        "unhealthyPodEvictionPolicy": _one_of("IfHealthyBudget", "AlwaysAllow"),
    },
    "networking.v1.NetworkPolicySpec": {"policyTypes": {"items": _one_of("Ingress", "Egress")}},
    "networking.v1.NetworkPolicyPort": {
        "protocol": PROTOCOL,
        "port": PORT_OR_NAME,
        "endPort": PORT,
    },
    "networking.v1.HTTPIngressPath": {
        "pathType": _one_of("Exact", "Prefix", "ImplementationSpecific"),
    },
    "networking.v1.ServiceBackendPort": {
        "number": PORT,
        "name": {"pattern": _PORT_NAME, "maxLength": 15},
    },
    "rbac.v1.RoleRef": {"apiGroup": _one_of("rbac.authorization.k8s.io")},
    "rbac.v1.Subject": {"kind": _one_of("User", "Group", "ServiceAccount")},
    "rbac.v1.PolicyRule": {"verbs": {"minItems": 1}},
    "scheduling.v1.PriorityClass": {
        "preemptionPolicy": _one_of("Never", "PreemptLowerPriority"),
    },
    "storage.v1.StorageClass": {
        "volumeBindingMode": _one_of("Immediate", "WaitForFirstConsumer"),
        "reclaimPolicy": _one_of("Retain", "Delete", "Recycle"),
    },
}
"""Rules of fields, by the end of its definition's name and its own."""
