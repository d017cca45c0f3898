"""What happens to a download from usenet when its last article is there."""

from matinee.engines.usenet.post.checking import Arrived, crc_of_parts
from matinee.engines.usenet.post.direct import DirectUnpack
from matinee.engines.usenet.post.finish import finish, forget_opened
from matinee.engines.usenet.post.job import FetchMore, PostJob, PostResult, Tell, Wishes
from matinee.engines.usenet.post.recovery import Volume, fewest
from matinee.engines.usenet.post.unpacking import DISK_FULL

__all__ = [
    "DISK_FULL",
    "Arrived",
    "DirectUnpack",
    "FetchMore",
    "PostJob",
    "PostResult",
    "Tell",
    "Volume",
    "Wishes",
    "crc_of_parts",
    "fewest",
    "finish",
    "forget_opened",
]
