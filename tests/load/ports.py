"""Ports of this machine that lead to ports of a cluster's nodes, one for each application."""

from tests.live.project import Project
from tests.ports import free_port


def open_ports(project: Project, *node_ports: int) -> dict[int, int]:
    """Give the first worker of a project that is not deployed yet a port of this machine for each.

    Returns them by the ports of the nodes.
    """
    ports = {each: free_port() for each in node_ports}
    mapped = [{"host": host, "container": node} for node, host in ports.items()]
    cluster = project.settings["slipway:target"]["cluster"]
    cluster["workers"] = [{"ports": mapped}, *({} for _ in range(cluster["workers"] - 1))]
    project.save_settings()
    return ports
