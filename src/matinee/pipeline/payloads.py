"""What an indexer gives for a release is looked at before it is believed: a .torrent, or a magnet link."""

from matinee.kernel.errors import Refused
from matinee.media.magnet import infohash_of
from matinee.media.torrent_file import read_torrent
from matinee.pipeline.ports import Payload

_LARGEST_MB = 10


def torrent_payload(indexer: str, body: bytes) -> Payload:
    """A .torrent's bytes as a payload. Raises Refused in words that name the indexer."""
    if len(body) > _LARGEST_MB * 1024 * 1024:
        raise Refused(f"{indexer}: the torrent is larger than {_LARGEST_MB} MB")
    try:
        return Payload(read_torrent(body).infohash, torrent=body)
    except ValueError as error:
        raise Refused(f"{indexer}: what it sent is not a torrent: {error}") from error


def magnet_payload(indexer: str, url: str) -> Payload:
    """A magnet link as a payload; Refused when it names no torrent."""
    infohash = infohash_of(url)
    if infohash is None:
        raise Refused(f"{indexer}: its magnet link names no torrent")
    return Payload(infohash, magnet=url)
