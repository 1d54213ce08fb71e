"""Ranges of addresses in a cluster, as they are written in settings."""

from ipaddress import AddressValueError, IPv4Network, NetmaskValueError

MOST_POD_BITS = 24
"""Prefix length of what each node takes from the pods' range, Kubernetes' default."""

_SERVICE_BITS = range(12, 29)


def ipv4(subnet: str) -> IPv4Network:
    """A range of IPv4 addresses.  Raises ValueError, in words, for anything else."""
    try:
        return IPv4Network(subnet)
    except (AddressValueError, NetmaskValueError):
        told = "a range of IPv4 addresses, such as 10.244.0.0/16"
    except ValueError:  # "has host bits set"
        whole = IPv4Network(subnet, strict=False)
        told = f"an address within a range; the range is {whole}"
    raise ValueError(told)


def pod_subnet(subnet: str) -> IPv4Network:
    """The pods' range.  Raises ValueError for one in which not even one node has its part."""
    found = ipv4(subnet)
    if found.prefixlen > MOST_POD_BITS:
        raise ValueError(f"at least a /{MOST_POD_BITS}, as each node takes 256 addresses")
    return found


def service_subnet(subnet: str) -> IPv4Network:
    """The services' range.  Raises ValueError for a size that no API server takes."""
    found = ipv4(subnet)
    if found.prefixlen not in _SERVICE_BITS:
        raise ValueError("between a /12, which is the most that an API server takes, and a /28")
    return found


def overlapping(one: str, other: str) -> bool:
    """Whether two ranges of IPv4 addresses share an address."""
    return IPv4Network(one).overlaps(IPv4Network(other))
