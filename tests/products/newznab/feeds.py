"""Answers of an invented indexer."""

from collections.abc import Iterable

NS = 'xmlns:torznab="http://torznab.com/schemas/2015/feed" xmlns:newznab="http://www.newznab.com/DTD/2010/feeds/attributes/"'

CAPS = b"""<?xml version="1.0" encoding="UTF-8"?>
<caps><server title="Reel Index"/><limits default="50" max="100"/><searching>
<search available="yes" supportedParams="q"/>
<tv-search available="yes" supportedParams="q,season,ep,tvdbid"/>
<movie-search available="yes" supportedParams="q,imdbid,tmdbid"/>
<music-search available="no" supportedParams="q"/></searching>
<categories><category id="2000" name="Movies"><subcat id="2040" name="Movies/HD"/></category>
<category id="5000" name="TV"><subcat id="5040" name="TV/HD"/></category><category id="100042" name="Odd"/>
<category id="x" name="Broken"/></categories></caps>"""

FULL_ITEM = """<item><title>Tin.Comet.2021.1080p.WEB-DL.x264-REEL</title><guid>https://reel.test/details/1</guid>
<link>https://reel.test/dl/1?apikey=hunter2hunter2</link><comments>https://reel.test/details/1#comments</comments>
<pubDate>Sat, 06 Mar 2021 21:15:00 +0100</pubDate><category>2000</category><description>x</description>
<enclosure url="https://reel.test/dl/1?apikey=hunter2hunter2" length="77" type="application/x-bittorrent"/>
<torznab:attr name="category" value="2040"/><torznab:attr name="category" value="100042"/>
<torznab:attr name="size" value="4000000000"/><torznab:attr name="seeders" value="12"/>
<torznab:attr name="peers" value="15"/><torznab:attr name="infohash" value="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"/>
<torznab:attr name="imdb" value="7654321"/><torznab:attr name="tmdbid" value="41"/>
<torznab:attr name="tvdbid" value="0"/></item>"""

USENET_ITEM = """<item><title>Night.Tram.S01E02.1080p.WEB.x264-REEL</title>
<guid isPermaLink="true">https://nzb.test/details/abc</guid>
<link>https://nzb.test/getnzb/abc.nzb&amp;i=1&amp;r=hunter2hunter2</link>
<comments>https://nzb.test/details/abc#comments</comments><pubDate>Sun, 07 Mar 2021 10:00:00 +0000</pubDate>
<category>TV &gt; HD</category><description>Night.Tram.S01E02.1080p.WEB.x264-REEL</description>
<enclosure url="https://nzb.test/getnzb/abc.nzb&amp;i=1&amp;r=hunter2hunter2"
length="5000000000" type="application/x-nzb"/>
<newznab:attr name="category" value="5000"/><newznab:attr name="category" value="5040"/>
<newznab:attr name="size" value="5000000000"/><newznab:attr name="files" value="64"/>
<newznab:attr name="poster" value="sofa@tram.test (Sofa)"/><newznab:attr name="grabs" value="31"/>
<newznab:attr name="usenetdate" value="Fri, 05 Mar 2021 21:00:00 +0100"/>
<newznab:attr name="group" value="alt.binaries.tram"/><newznab:attr name="password" value="0"/>
<newznab:attr name="tvdbid" value="333"/><newznab:attr name="season" value="1"/><newznab:attr name="episode" value="2"/>
<newznab:attr name="prematch" value="1"/><newznab:attr name="coverurl" value="https://nzb.test/covers/1.jpg"/></item>"""


def attr(*told: object) -> str:
    """Attributes by name and value in turn."""
    pairs = zip(told[::2], told[1::2], strict=True)
    return "".join(f'<torznab:attr name="{name}" value="{value}"/>' for name, value in pairs)


def item(number: int, **more: str) -> str:
    """A plain row; `more` replaces elements."""
    parts = {
        "title": f"Night.Tram.S01E{number:02}.1080p.WEB.x264-REEL",
        "guid": f"https://reel.test/details/{number}",
        "link": f"https://reel.test/dl/{number}.torrent",
        **more,
    }
    return "<item>" + "".join(f"<{name}>{value}</{name}>" for name, value in parts.items()) + "</item>"


def feed(items: Iterable[str], extra: str = "") -> bytes:
    """A whole feed of rows."""
    rows = "".join(items)
    return f'<?xml version="1.0"?><rss {NS}><channel><title>Reel</title>{extra}{rows}</channel></rss>'.encode()
