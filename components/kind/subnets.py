"""Ranges of addresses in a cluster, as they are written in settings."""

from ipaddress import AddressValueError, IPv4Network, NetmaskValueError

MOST_POD_BITS = 24
"""Prefix length of what each node takes from the pods' range, Kubernetes' default."""

_SERVICE_BITS = range(12, 29)


def ipv4(subnet: str) -> IPv4Network:
    """Return a range of IPv4 addresses.  Raises ValueError, in words, for anything else."""
    try:
        return IPv4Network(subnet)
    except (AddressValueError, NetmaskValueError):
        message = "a range of IPv4 addresses, such as 10.244.0.0/16"
    except ValueError:  # "has host bits set"
        whole = IPv4Network(subnet, strict=False)
        message = f"an address within a range; the range is {whole}"
    raise ValueError(message)


def pod_subnet(subnet: str) -> IPv4Network:
    """Return the pods' range.  Raises ValueError for one that is too small for a single node."""
    parsed = ipv4(subnet)
    if parsed.prefixlen > MOST_POD_BITS:
        raise ValueError(f"at least a /{MOST_POD_BITS}, as each node takes 256 addresses")
    return parsed


def service_subnet(subnet: str) -> IPv4Network:
    """Return the services' range.  Raises ValueError for a size that no API server takes."""
    parsed = ipv4(subnet)
    if parsed.prefixlen not in _SERVICE_BITS:
        raise ValueError("between a /12, which is the most that an API server takes, and a /28")
    return parsed


def overlapping(subnet: str, other: str) -> bool:
    """Return whether two ranges of IPv4 addresses share an address."""
    return IPv4Network(subnet).overlaps(IPv4Network(other))
