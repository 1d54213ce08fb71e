"""Rules of single fields that Kubernetes validates and does not publish in its schemas.

`make docs` adds these to the published ones. Sources are the field's own documentation, e.g.
https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/, and
https://kubernetes.io/docs/concepts/overview/working-with-objects/names/.
"""

from .forms import (
    ANNOTATION,
    BASE64,
    COUNT,
    COUNT_OR_SHARE,
    GIVEN,
    KEYS,
    LABELS,
    NAME,
    PORT,
    PORT_FORM,
    PORT_NAME,
    PORT_OR_NAME,
    POSITIVE,
    PREFIX,
    PROTOCOL,
    QUALIFIED,
    QUANTITY,
    SUBDOMAIN,
    SUBDOMAIN_OR_NONE,
    TIME,
    Schema,
    one_of,
)
from .pod_fields import POD_FIELDS

DEFINITIONS: dict[str, Schema] = {
    "api.resource.Quantity": {
        "anyOf": [{"type": "string", "pattern": QUANTITY}, {"type": "number"}]
    },
    "intstr.IntOrString": {"type": ["integer", "string"]},
    "meta.v1.Time": {"type": "string", "pattern": TIME},
    "meta.v1.MicroTime": {"type": "string", "pattern": TIME},
}
"""Definitions that are replaced, by the end of their name."""

RANGES: dict[str, Schema] = {
    "int32": {"minimum": -(2**31), "maximum": 2**31 - 1},
    "int64": {"minimum": -(2**63), "maximum": 2**63 - 1},
}
"""Ranges of whole numbers by the format that the schemas give."""

_ROLLING: dict[str, Schema] = dict.fromkeys(("maxUnavailable", "maxSurge"), COUNT_OR_SHARE)

_SCALED: dict[str, Schema] = {
    **dict.fromkeys(("kind", "name"), GIVEN),
    "apiVersion": {"pattern": r"^([^/]+/)?v[0-9][a-z0-9]*$"},
}

FIELDS: dict[str, dict[str, Schema]] = {
    **POD_FIELDS,
    "meta.v1.ObjectMeta": {
        "labels": LABELS,
        "annotations": {"propertyNames": {"pattern": ANNOTATION}},
        "namespace": NAME,
        "generation": COUNT,
        "generateName": {"pattern": PREFIX, "maxLength": 253},
        "finalizers": {"items": {"type": "string", "pattern": QUALIFIED}},
    },
    "meta.v1.LabelSelector": {"matchLabels": LABELS},
    "meta.v1.LabelSelectorRequirement": {
        "key": {"pattern": QUALIFIED},
        "operator": one_of("In", "NotIn", "Exists", "DoesNotExist"),
    },
    "core.v1.ServiceSpec": {
        "type": one_of("ClusterIP", "NodePort", "LoadBalancer", "ExternalName"),
        "selector": LABELS,
        "sessionAffinity": one_of("None", "ClientIP"),
        "externalTrafficPolicy": one_of("Cluster", "Local"),
        "internalTrafficPolicy": one_of("Cluster", "Local"),
        "ipFamilyPolicy": one_of("SingleStack", "PreferDualStack", "RequireDualStack"),
        "ipFamilies": {"items": {"enum": ["IPv4", "IPv6"]}, "maxItems": 2},
        "healthCheckNodePort": {"minimum": 0, "maximum": 65535},
        "trafficDistribution": one_of("PreferClose", "PreferSameZone", "PreferSameNode"),
        "loadBalancerClass": {"pattern": QUALIFIED},
        "clusterIP": {"pattern": r"^$|^None$|^[0-9.]+$|^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$"},
    },
    "core.v1.ServicePort": {
        "port": PORT,
        "targetPort": {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 65535}, PORT_NAME]},
        "nodePort": {"minimum": 0, "maximum": 65535},
        "name": NAME,
        "protocol": PROTOCOL,
        "appProtocol": {"pattern": QUALIFIED},
    },
    "core.v1.ConfigMap": {
        "data": KEYS,
        "binaryData": {**KEYS, "additionalProperties": {"type": "string", "pattern": BASE64}},
    },
    "core.v1.Secret": {
        "stringData": KEYS,
        "data": {**KEYS, "additionalProperties": {"type": "string", "pattern": BASE64}},
    },
    "core.v1.PersistentVolumeClaimSpec": {
        "accessModes": {
            "minItems": 1,
            "items": one_of("ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"),
        },
        "volumeMode": one_of("Filesystem", "Block"),
        **dict.fromkeys(("storageClassName", "volumeAttributesClassName"), SUBDOMAIN_OR_NONE),
    },
    "core.v1.PersistentVolumeSpec": {
        "persistentVolumeReclaimPolicy": one_of("Retain", "Delete", "Recycle"),
    },
    "core.v1.LimitRangeItem": {
        "type": {"pattern": "^(Pod|Container|PersistentVolumeClaim|.+/.+)$"}
    },
    "apps.v1.DeploymentSpec": {
        **dict.fromkeys(("replicas", "minReadySeconds", "revisionHistoryLimit"), COUNT),
        "progressDeadlineSeconds": POSITIVE,
    },
    "apps.v1.DeploymentStrategy": {"type": one_of("Recreate", "RollingUpdate")},
    "apps.v1.RollingUpdateDeployment": _ROLLING,
    "apps.v1.RollingUpdateDaemonSet": _ROLLING,
    "apps.v1.ReplicaSetSpec": dict.fromkeys(("replicas", "minReadySeconds"), COUNT),
    "apps.v1.DaemonSetSpec": dict.fromkeys(("minReadySeconds", "revisionHistoryLimit"), COUNT),
    "apps.v1.DaemonSetUpdateStrategy": {"type": one_of("RollingUpdate", "OnDelete")},
    "apps.v1.StatefulSetSpec": {
        **dict.fromkeys(("replicas", "minReadySeconds", "revisionHistoryLimit"), COUNT),
        "podManagementPolicy": one_of("OrderedReady", "Parallel"),
    },
    "apps.v1.StatefulSetUpdateStrategy": {"type": one_of("RollingUpdate", "OnDelete")},
    "apps.v1.RollingUpdateStatefulSetStrategy": {"partition": COUNT},
    "apps.v1.StatefulSetPersistentVolumeClaimRetentionPolicy": dict.fromkeys(
        ("whenDeleted", "whenScaled"), one_of("Retain", "Delete")
    ),
    "batch.v1.JobSpec": {
        **dict.fromkeys(("backoffLimit", "completions", "parallelism"), COUNT),
        **dict.fromkeys(("ttlSecondsAfterFinished", "backoffLimitPerIndex"), COUNT),
        "activeDeadlineSeconds": COUNT,
        "completionMode": one_of("NonIndexed", "Indexed"),
        "managedBy": {"pattern": "^[^/]+/.+$", "maxLength": 63},
        "podReplacementPolicy": one_of("TerminatingOrFailed", "Failed"),
    },
    "batch.v1.CronJobSpec": {
        "concurrencyPolicy": one_of("Allow", "Forbid", "Replace"),
        "startingDeadlineSeconds": COUNT,
        **dict.fromkeys(("successfulJobsHistoryLimit", "failedJobsHistoryLimit"), COUNT),
        "schedule": {"minLength": 1},
    },
    "autoscaling.v2.HorizontalPodAutoscalerSpec": {"minReplicas": COUNT, "maxReplicas": POSITIVE},
    "autoscaling.v2.CrossVersionObjectReference": _SCALED,
    "autoscaling.v1.CrossVersionObjectReference": _SCALED,
    "autoscaling.v1.HorizontalPodAutoscalerSpec": {"minReplicas": COUNT, "maxReplicas": POSITIVE},
    "autoscaling.v2.MetricTarget": {
        "type": one_of("Utilization", "Value", "AverageValue"),
        "averageUtilization": POSITIVE,
    },
    "autoscaling.v2.MetricSpec": {
        "type": one_of("Object", "Pods", "Resource", "ContainerResource", "External"),
    },
    "policy.v1.PodDisruptionBudgetSpec": {
        **dict.fromkeys(("maxUnavailable", "minAvailable"), COUNT_OR_SHARE),
        "unhealthyPodEvictionPolicy": one_of("IfHealthyBudget", "AlwaysAllow"),
    },
    "networking.v1.NetworkPolicySpec": {"policyTypes": {"items": one_of("Ingress", "Egress")}},
    "networking.v1.NetworkPolicyPort": {
        "protocol": PROTOCOL,
        "port": PORT_OR_NAME,
        "endPort": PORT,
    },
    "networking.v1.IngressSpec": {"ingressClassName": SUBDOMAIN},
    "networking.v1.IngressRule": {"host": {"maxLength": 253}},
    "networking.v1.HTTPIngressPath": {
        "pathType": one_of("Exact", "Prefix", "ImplementationSpecific"),
    },
    "networking.v1.ServiceBackendPort": {
        "number": PORT,
        "name": {"pattern": PORT_FORM, "maxLength": 15},
    },
    "rbac.v1.RoleRef": {"apiGroup": one_of("rbac.authorization.k8s.io"), "name": GIVEN},
    "rbac.v1.Subject": {"kind": one_of("User", "Group", "ServiceAccount"), "name": GIVEN},
    "rbac.v1.PolicyRule": {"verbs": {"minItems": 1}},
    "scheduling.v1.PriorityClass": {
        "preemptionPolicy": one_of("Never", "PreemptLowerPriority"),
    },
    "storage.v1.StorageClass": {
        "volumeBindingMode": one_of("Immediate", "WaitForFirstConsumer"),
        "reclaimPolicy": one_of("Retain", "Delete", "Recycle"),
    },
}
"""Rules of fields, by the end of its definition's name and its own."""
