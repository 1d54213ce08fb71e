"""`make doctor`: what is missing or wrong on this machine, and how to fix it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from toolchain.doctor import (
    choices,
    docker_engine,
    docker_plugin,
    machine,
    mirrors,
    proxies,
    pulumi,
    tools,
)
from toolchain.doctor.finding import Finding
from toolchain.places import Checkout

Check = Callable[[Checkout], list[Finding]]

# In the order in which things build on each other.
CHECKS: tuple[Check, ...] = (
    tools.python,
    tools.environment,
    tools.programs,
    tools.plugins,
    tools.stand_ins,
    choices.sources,
    choices.checksums,
    docker_engine.engine,
    docker_plugin.plugin,
    docker_engine.privileges,
    docker_engine.limits,
    machine.ports,
    machine.disk,
    proxies.own_addresses,
    mirrors.maps,
    pulumi.variables,
    pulumi.state_backend,
    pulumi.states,
    pulumi.locks,
)


def examine(checkout: Checkout, checks: Sequence[Check] = CHECKS) -> int:
    """Run all checks at the same time, print their findings, and return 1 if one failed."""
    with ThreadPoolExecutor(max_workers=len(checks)) as pool:
        running = [pool.submit(check, checkout) for check in checks]
    findings = [finding for future in running for finding in future.result()]
    for finding in findings:
        print(finding)
    failed = sum(finding.level == "fail" for finding in findings)
    warned = sum(finding.level == "warn" for finding in findings)
    print(
        f"\n{failed} to fix, {warned} to know about" if failed or warned else "\nno problem found"
    )
    return 1 if failed else 0
