"""The minimum that `slipway:production: true` demands, so that a single failure ends nothing."""

NODES = 3
CONTROL_PLANES = 3
REPLICAS = 2


def too_few_replicas(replicas: int, setting: str = "replicas") -> str | None:
    """Return why a number of replicas is refused in production; None if it is accepted.

    `setting` is the path of the number in the message.
    """
    if replicas >= REPLICAS:
        return None
    return f"{setting}: {replicas} is not accepted in production: at least {REPLICAS}"


def too_few_nodes(control_planes: int, workers: int, keys: tuple[str, str]) -> list[str]:
    """Return why a local cluster of these nodes is refused in production, one line each.

    `keys` are the settings of the control planes and of the workers.
    """
    control_planes_key, workers_key = keys
    refused: list[str] = []
    if control_planes < CONTROL_PLANES:
        refused.append(
            f"{control_planes_key}: {control_planes} is not accepted in production: at least "
            f"{CONTROL_PLANES}, as the loss of a single one ends the cluster"
        )
    if control_planes + workers < NODES:
        refused.append(
            f"{workers_key}: {workers} is not accepted in production: at least {NODES} nodes in all"
        )
    return refused
