"""The rollout of a workload: applied, watched, explained if it fails, and returned.

It runs in a hook before Pulumi's own update. What that applies then is in the cluster already, and
serves; and if the rollout fails, Pulumi's state keeps the version that the cluster is returned to.
"""

from .args import RolloutArgs, rollout_args
from .hook import rollout_hook
from .together import Together

__all__ = ["RolloutArgs", "Together", "rollout_args", "rollout_hook"]
