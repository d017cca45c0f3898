"""What a kind of file most likely holds, when its name tells nothing of the picture."""

from matinee.media.quality import Source

# Old kinds of files come from old television; today's are of its finer sort.
_OLD = "avi divx mp4 m4v mov mpg mpeg m2v wmv asf flv 3gp rm rmvb ogm ogv dvr-ms nsv nuv"
PICTURES_BY_SUFFIX: dict[str, tuple[Source, int]] = {
    **{f".{suffix}": (Source.TV, 480) for suffix in _OLD.split()},
    **dict.fromkeys((".iso", ".img", ".vob", ".ifo"), (Source.DVD, 480)),
    **dict.fromkeys((".mkv", ".mk3d", ".ts", ".wtv"), (Source.TV, 720)),
    ".m2ts": (Source.BLURAY, 720),
}
IMAGES = frozenset({".iso", ".img"})
CONTAINERS = frozenset({".mkv", ".mk3d", ".mp4", ".m4v", ".avi"})  # a disc is never one of those
