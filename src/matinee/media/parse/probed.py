"""What a probe finds inside a file outranks what its name says of the number of lines."""

from matinee.media.file import MediaFacts
from matinee.media.parse.reading import ReleaseName
from matinee.media.quality import as_probed, lines_of_frame


def as_found(name: ReleaseName, facts: MediaFacts) -> ReleaseName:
    """The name with the resolution that is really there; a file without a picture leaves it as it was."""
    lines = lines_of_frame(facts.width, facts.height)
    if not lines:
        return name
    return name._replace(quality=as_probed(name.quality, lines), resolution=lines, resolution_from="mediainfo")
