from .args import ClusterArgs as ClusterArgs
from .component import NODE_PORT as NODE_PORT
from .component import Cluster as Cluster
from .keywords import ClusterKeywords as ClusterKeywords
