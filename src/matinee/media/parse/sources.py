"""Every way a name may say where its picture comes from, and how it was coded."""

from matinee.media.quality import Source


def _each(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SERVICES = _each("amazon appletv disney disneyplus hbomax hulu itunes maxdome netflix paramount")
SOURCES: dict[str, Source] = {
    phrase: source
    for source, phrases in {
        Source.CAM: "cam camrip cam-rip hdcam hd-cam hdcamrip hd-camrip hqcam hqcamrip newcam",
        Source.TELESYNC: "ts telesync telesynch tele-sync hdts hd-ts hqts tsrip ts-rip hdtsrip hd-tsrip hqtsrip "
        "pdvd pdvdrip predvd predvdrip pre-dvd pre-dvdrip",
        Source.TELECINE: "tc telecine tele-cine hdtc hd-tc hqtc tcrip tc-rip hdtcrip",
        Source.WORKPRINT: "workprint work-print wp",
        Source.DVD: "dvd dvdrip dvd-rip dvdmux dvd-mux dvdremux dvd-remux xvidvd "
        "dvd5 dvd-5 dvd9 dvd-9 dvdr dvd-r mdvdr "
        "dvdscr dvd-scr dvdscreener dvd-screener screener scr bdscr bd-scr webscr web-scr hdscr "
        "regional r1 r2 r3 r4 r5 r6",
        Source.TV: "hdtv hd-tv ahdtv uhdtv pdtv sdtv sd-tv dsr dsrip ds-rip dthrip tvrip tv-rip dtvrip hdtvrip "
        "hdtv-rip satrip sat-rip dvb dvbrip dvb-rip ppvrip raw-hd rawhd",
        Source.WEBRIP: "webrip web-rip webmux web-mux webcap web-cap vodrip vod-rip web-dlrip webdlrip",
        Source.WEBDL: "web web-dl webdl web-dlmux webdlmux dlmux webhd web-hd "
        + " ".join(service + size for service in _SERVICES for size in ("sd", "hd", "uhd")),
        Source.BLURAY: "bluray blu-ray mbluray blurayrip blu-rayrip bluray-rip bdrip bd-rip brrip br-rip bd bdlight "
        "bdmux brmux bdremux bd-remux bdiso bdmv bd25 bd-25 bd50 bd-50 bd66 bd-66 bd100 bd-100 "
        "br-disk brdisk bd-disk br-disc brdisc uhdbluray uhdbd uhd2bd uhdbdrip uhdrip uhdremux uhd-remux "
        "hddvd hddvdrip hd-dvd hd-dvdrip",
    }.items()
    for phrase in phrases.split()
}
# Words of a language as well, or of a title: they count behind the title only.
AMBIGUOUS = _each("web cam ts tc wp bd dvd dvd-r scr regional screener r1 r2 r3 r4 r5 r6 dvd-5 dvd-9 pre-dvd tele-sync")
REMUXES = _each("remux bdremux uhdremux dvdremux")
FILMED = frozenset({Source.CAM, Source.TELESYNC, Source.TELECINE, Source.WORKPRINT})
DVD_DISCS = _each("dvd5 dvd-5 dvd9 dvd-9 dvdr dvd-r mdvdr")
SCREENERS = frozenset(phrase for phrase in SOURCES if "scr" in phrase)
REGIONS = _each("regional r1 r2 r3 r4 r5 r6")
PRESSED = _each("bdiso bdmv bd25 bd-25 bd50 bd-50 bd66 bd-66 bd100 bd-100 br-disk brdisk bd-disk br-disc brdisc")
SMALL_RIPS = _each("bdrip bd-rip brrip br-rip bdlight")
RIPS = SMALL_RIPS | _each("bdmux brmux uhdbdrip uhdrip blurayrip bluray-rip blu-rayrip")
ULTRA = _each("4k uhd ultrahd uhdtv uhdbd uhdbluray uhdremux uhdbdrip uhdrip 8k")

CODINGS: dict[str, str] = {
    phrase: coding
    for coding, phrases in {
        "x264": "x264 x-264",
        "h264": "h264 h-264",
        "x265": "x265 x-265",
        "h265": "h265 h-265",
        "h266": "x266 h266 x-266 h-266 vvc",
        "hevc": "hevc",
        "avc": "avc",
        "mvc": "mvc",
        "av1": "av1",
        "vc1": "vc1 vc-1",
        "mpeg2": "mpeg2 mpeg-2",
        "xvid": "xvid x-vid xvidhd",
        "divx": "divx",
    }.items()
    for phrase in phrases.split()
}
CODECS = frozenset(CODINGS)
OLD_CODINGS = frozenset({"xvid", "divx"})
ENCODES = frozenset({"x264", "h264", "x265", "h265", "h266", "av1", "xvid", "divx"})
DISC_CODINGS = frozenset({"avc", "mvc", "vc1", "mpeg2"})  # how a disc itself is coded; an encode says x264
