"""Pages as trackers write them, made up here: a NexusPHP torrent table and a UNIT3D answer."""

import json
from typing import Any

_NAMES = ("Tin.Comet", "The.Quiet.Harbour", "Nine.Lamps", "Salt.and.Cinder")


def nexus_page(count: int = 100) -> bytes:
    """A NexusPHP torrent table, 90 kB for 100 rows; every third is free, every fifth counts upload twice."""
    heads = "".join(f'<td class="colhead">{head}</td>' for head in ("类型", "标题", "", "", "", "", "", "", "发布者"))
    rows = "\n".join(_nexus_row(number) for number in range(count))
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/x.dtd">
<html xmlns="http://www.w3.org/1999/xhtml"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
<title>Nexus :: 种子</title><script type="text/javascript">var user = "a<b";</script></head><body>
<table class="head"><tr><td class="clear"><a href="logout.php">退出</a></td></tr></table>
<table class="mainouter" width="982" align="center"><tr><td id="outer" align="center" class="outer">
<table class="torrents" cellspacing="0" cellpadding="5" width="100%">
<tr>{heads}</tr>
{rows}
</table></td></tr></table></body></html>""".encode()


def _nexus_row(number: int) -> str:
    id_, name = 5000 + number, f"{_NAMES[number % 4]}.20{number % 24:02}.1080p.BluRay.x264-GRP{number}"
    promotion = '<img class="pro_free" alt="Free" />' if number % 3 == 0 else ""
    if number % 5 == 4:
        promotion = '<img class="pro_2up" alt="2X" />'
    cells = (
        f'<a href="?cat=40{1 + number % 9}"><img class="c_movies" src="pic/cattrans.gif" title="Movies" /></a>',
        f'<table class="torrentname" width="100%"><tr><td class="embedded"><a title="{name}" '
        f'href="details.php?id={id_}&amp;hit=1"><b>{name}</b></a> {promotion}<br />副标题 {number}</td>'
        f'<td width="20" class="embedded"><a href="download.php?id={id_}"><img class="download" alt="download" /></a>'
        f"</td></tr></table>",
        f'<a href="comment.php?action=add&amp;pid={number}">{number % 7}</a>',
        f'<span title="2021-10-{1 + number % 28:02} 00:34:50">{1 + number % 28}天<br />10时</span>',
        f"{1 + number % 40}.46<br />GB",
        f'<b><a href="details.php?id={id_}#seeders">{number + 1}</a></b>',
        f"{number % 4}",
        f'<a href="viewsnatches.php?id={id_}"><b>{number * 3}</b></a>',
        f'<span class="nowrap"><a href="userdetails.php?id={number}"><b>user{number}</b></a></span>',
    )
    return "<tr>" + "".join(f'<td class="rowfollow">{cell}</td>' for cell in cells) + "</tr>"


def unit3d_answer(count: int = 25) -> bytes:
    """An answer of UNIT3D's search with so many torrents; every fourth is free."""
    rows = [_unit3d_row(number) for number in range(count)]
    return json.dumps({"data": rows, "links": {"next": None}, "meta": {"per_page": count, "total": count}}).encode()


def _unit3d_row(number: int) -> dict[str, Any]:
    name = f"{_NAMES[number % 4].replace('.', ' ')} 20{number % 24:02} 1080p BluRay DTS x264-GRP{number}"
    return {
        "type": "torrent",
        "id": str(900 + number),
        "attributes": {
            "meta": {"poster": f"https://pictures.test/{number}.jpg", "genres": "Drama, Science Fiction"},
            "name": name,
            "release_year": 2000 + number % 24,
            "category": "Movies",
            "category_id": 1,
            "type": "Encode",
            "type_id": 3,
            "resolution": "1080p",
            "media_info": "General",
            "size": 1_500_000_000 + number,
            "num_file": 1 + number % 3,
            "freeleech": "100%" if number % 4 == 0 else "0%",
            "double_upload": number % 5 == 0,
            "refundable": False,
            "internal": int(number % 6 == 0),
            "exclusive": 0,
            "featured": False,
            "uploader": "someone",
            "seeders": number + 3,
            "leechers": number % 3,
            "times_completed": number * 2,
            "tmdb_id": 603 + number,
            "imdb_id": 133_093 + number,
            "tvdb_id": 0,
            "mal_id": 0,
            "info_hash": f"{number:040x}",
            "created_at": "2021-10-18T00:34:50.000000Z",
            "download_link": f"https://tracker.test/torrent/download/{900 + number}.key",
            "details_link": f"https://tracker.test/torrents/{900 + number}",
        },
    }
