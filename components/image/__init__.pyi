from .args import ImageArgs as ImageArgs
from .component import Image as Image
from .keywords import ImageKeywords as ImageKeywords
