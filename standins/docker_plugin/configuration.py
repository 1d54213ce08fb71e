"""The provider's own settings: where Docker is."""

from standins.docker_plugin.docker_host import find_engine
from standins.docker_plugin.errors import PluginError
from standins.docker_plugin.values import UNKNOWN, Properties

_PREFIX = "docker:config:"
_SERVED = frozenset({"host", "version", "pluginDownloadURL"})


def engine_of(args: Properties, variables: dict[str, str]) -> str:
    """Return the address of the Docker Engine that the settings name, once it answers.

    Inputs: the settings of Configure, as properties and as the older `docker:config:` variables.
    Raises PluginError for a setting that is not served, or an engine that does not answer.
    """
    settings = {key.removeprefix(_PREFIX): value for key, value in variables.items()}
    settings |= {key: value for key, value in args.items() if value is not None}
    for name in sorted(settings.keys() - _SERVED):
        raise PluginError(
            f"the setting docker:{name} is not served by this stand-in for the docker plugin;"
            " it serves docker:host. Remove it, or use the vendor's plugin"
        )
    host = settings.get("host")
    if host == UNKNOWN:
        raise PluginError(
            "the setting docker:host is not known yet in this preview; give it as a plain value"
        )
    return find_engine(host)


def changed_settings(olds: Properties, news: Properties) -> dict[str, str]:
    """Return the changed settings and how; none of them replaces the provider."""
    kinds: dict[str, str] = {}
    for name in sorted(olds.keys() | news.keys()):
        if olds.get(name) != news.get(name):
            kinds[name] = (
                "UPDATE" if name in olds and name in news else ("ADD" if name in news else "DELETE")
            )
    return kinds
