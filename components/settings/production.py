"""What `slipway:production: true` demands, so that no single node, process or pod is the last."""

NODES = 3
CONTROL_PLANES = 3
REPLICAS = 2


def too_few_replicas(replicas: int) -> str | None:
    """Why a number of replicas is refused in production; None if it is not."""
    if replicas >= REPLICAS:
        return None
    return f"app.replicas: {replicas} is not accepted in production: at least {REPLICAS}"


def too_few_nodes(control_planes: int, workers: int, keys: tuple[str, str]) -> list[str]:
    """Return why a local cluster of these nodes is refused in production, one line each.

    `keys` are the settings of the control planes and of the workers.
    """
    control_planes_key, workers_key = keys
    refused: list[str] = []
    if control_planes < CONTROL_PLANES:
        refused.append(
            f"{control_planes_key}: {control_planes} is not accepted in production: at "
            f"least {CONTROL_PLANES}, as one alone takes the cluster with it"
        )
    if control_planes + workers < NODES:
        refused.append(
            f"{workers_key}: {workers} is not accepted in production: at least {NODES} nodes in all"
        )
    return refused
