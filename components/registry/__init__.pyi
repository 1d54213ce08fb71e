from .component import Registry as Registry
from .component import RegistryArgs as RegistryArgs
from .keywords import RegistryKeywords as RegistryKeywords
