"""Rules of the single fields of pods that Kubernetes' published schemas do not have.

https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/
"""

from .forms import (
    COUNT,
    DELAY,
    GIVEN,
    KEY,
    LABELS,
    NAME,
    PORT,
    PORT_FORM,
    PORT_OR_NAME,
    POSITIVE,
    PROTOCOL,
    QUALIFIED,
    SUBDOMAIN,
    SUBDOMAIN_OR_NONE,
    USER,
    Schema,
    one_of,
)

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
    "imagePullPolicy": one_of("Always", "IfNotPresent", "Never"),
    "terminationMessagePolicy": one_of("File", "FallbackToLogsOnError"),
    "restartPolicy": one_of("Always", "OnFailure", "Never"),
}
_MOUNTED: dict[str, Schema] = {"defaultMode": {"minimum": 0, "maximum": 0o777}}
_NAMED: dict[str, Schema] = {"name": GIVEN}

POD_FIELDS: dict[str, dict[str, Schema]] = {
    "core.v1.Container": _CONTAINER,
    "core.v1.EphemeralContainer": _CONTAINER,
    "core.v1.ContainerPort": {
        "containerPort": PORT,
        "hostPort": {"minimum": 0, "maximum": 65535},
        "name": {"pattern": PORT_FORM, "maxLength": 15},
        "protocol": PROTOCOL,
    },
    "core.v1.EnvVar": {"name": {"pattern": r"^[ -<>-~]+$"}},
    "core.v1.EnvFromSource": {"prefix": {"pattern": r"^[ -<>-~]*$"}},
    "core.v1.ConfigMapKeySelector": {**_NAMED, "key": {"pattern": KEY, "maxLength": 253}},
    "core.v1.SecretKeySelector": {**_NAMED, "key": {"pattern": KEY, "maxLength": 253}},
    "core.v1.ConfigMapEnvSource": _NAMED,
    "core.v1.SecretEnvSource": _NAMED,
    "core.v1.ObjectFieldSelector": {"apiVersion": one_of("", "v1")},
    "core.v1.KeyToPath": {
        "key": {"pattern": KEY, "maxLength": 253},
        "mode": {"minimum": 0, "maximum": 0o777},
        "path": {"pattern": r"^(?!/)(?!\.\.)(?!.*/\.\.(/|$)).+$"},
    },
    "core.v1.VolumeMount": {
        "mountPath": {"minLength": 1, "pattern": "^[^:]+$"},
        "subPath": {"pattern": r"^(?!/)(?!\.\.(/|$))(?!.*/\.\.(/|$))"},
        "mountPropagation": one_of("None", "HostToContainer", "Bidirectional"),
        "recursiveReadOnly": one_of("Disabled", "IfPossible", "Enabled"),
    },
    "core.v1.Volume": {"name": NAME},
    "core.v1.ConfigMapVolumeSource": {**_MOUNTED, **_NAMED},
    "core.v1.SecretVolumeSource": {**_MOUNTED, "secretName": GIVEN},
    "core.v1.ProjectedVolumeSource": _MOUNTED,
    "core.v1.DownwardAPIVolumeSource": _MOUNTED,
    "core.v1.EmptyDirVolumeSource": {"medium": {"pattern": "^(|Memory|HugePages.*)$"}},
    "core.v1.HostPathVolumeSource": {
        "path": {"minLength": 1, "pattern": r"^(?!.*(^|/)\.\.(/|$))"},
        "type": one_of(
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
    "core.v1.HTTPGetAction": {"port": PORT_OR_NAME, "scheme": one_of("HTTP", "HTTPS")},
    "core.v1.TCPSocketAction": {"port": PORT_OR_NAME},
    "core.v1.GRPCAction": {"port": PORT},
    "core.v1.SleepAction": {"seconds": DELAY},
    "core.v1.PodSpec": {
        "activeDeadlineSeconds": {"minimum": 1, "maximum": 2**31 - 1},
        "terminationGracePeriodSeconds": COUNT,
        "restartPolicy": one_of("Always", "OnFailure", "Never"),
        "dnsPolicy": one_of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"),
        "preemptionPolicy": one_of("Never", "PreemptLowerPriority"),
        "nodeSelector": LABELS,
        "hostname": NAME,
        "subdomain": NAME,
        **dict.fromkeys(("serviceAccountName", "hostnameOverride"), SUBDOMAIN),
        **dict.fromkeys(("priorityClassName", "runtimeClassName", "nodeName"), SUBDOMAIN_OR_NONE),
        "containers": {"minItems": 1},
    },
    "core.v1.PodSecurityContext": {
        **dict.fromkeys(("runAsUser", "runAsGroup", "fsGroup"), USER),
        "fsGroupChangePolicy": one_of("OnRootMismatch", "Always"),
        "supplementalGroupsPolicy": one_of("Merge", "Strict"),
        "seLinuxChangePolicy": one_of("Recursive", "MountOption"),
    },
    "core.v1.SecurityContext": {
        **dict.fromkeys(("runAsUser", "runAsGroup"), USER),
        "procMount": one_of("Default", "Unmasked"),
    },
    "core.v1.SeccompProfile": {"type": one_of("Localhost", "RuntimeDefault", "Unconfined")},
    "core.v1.Toleration": {
        "key": {"pattern": f"^$|{QUALIFIED}"},
        "effect": one_of("", "NoSchedule", "PreferNoSchedule", "NoExecute"),
        "operator": one_of("", "Equal", "Exists", "Lt", "Gt"),
    },
    "core.v1.TopologySpreadConstraint": {
        "maxSkew": POSITIVE,
        "minDomains": POSITIVE,
        "topologyKey": {"pattern": QUALIFIED},
        "whenUnsatisfiable": one_of("DoNotSchedule", "ScheduleAnyway"),
        **dict.fromkeys(("nodeAffinityPolicy", "nodeTaintsPolicy"), one_of("Honor", "Ignore")),
    },
    "core.v1.PodAffinityTerm": {"topologyKey": {"pattern": QUALIFIED}},
    "core.v1.WeightedPodAffinityTerm": {"weight": {"minimum": 1, "maximum": 100}},
    "core.v1.PreferredSchedulingTerm": {"weight": {"minimum": 1, "maximum": 100}},
    "core.v1.NodeSelectorRequirement": {
        "operator": one_of("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"),
    },
    "core.v1.NodeSelector": {"nodeSelectorTerms": {"minItems": 1}},
}
"""Rules of fields, by the end of their definition's name and their own."""
