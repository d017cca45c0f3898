"""A name promises a picture, and a probe holds it to that."""

import json
import time
from pathlib import Path

import pytest

from matinee.media.file import MediaFacts
from matinee.media.parse import ReleaseName, read_name
from matinee.media.parse.picture import look, read_picture
from matinee.media.parse.probed import as_found
from matinee.media.parse.revision import read_revision
from matinee.media.parse.words import words_of
from matinee.media.quality import LADDER, Revision, lines_of_frame, name_in, resolution_in, source_in
from matinee.media.title import Kind

REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "reference" / "qualities.json"


def of_movie(told: str) -> ReleaseName:
    return read_name(f"Tin.Comet.2021.{told}", Kind.MOVIE)


def of_series(told: str) -> ReleaseName:
    return read_name(f"Night.Tram.S01E02.{told}", Kind.SERIES)


def each(table: dict[str, str]) -> list[tuple[str, str]]:
    """Names are divided by bars."""
    return [(told.strip(), expected) for expected, row in table.items() for told in row.split("|")]


CINEMA = {
    "CAM": "CAM.x264-GRP|CAMRip.XviD|CAM-Rip|1080p.HDCAM.x264|HD-CAM|HQ.CAM|HDCAMRip.x264|NEW.HD-CAMRip",
    "TELESYNC": "TS|TS.XviD-GRP|720p.HDTS|HD-TS|HQ.TS|HDTSRip|TS-Rip|TELE.SYNC|TELESYNC|PDVD|PreDVDRip|Pre-DVDRip.x264",
    "TELECINE": "TC.x264|HDTC|HD-TC|HQTC|TELECINE",
    "WORKPRINT": "WORKPRINT|WP.XviD|Work.Print",
}


@pytest.mark.parametrize(("told", "expected"), each(CINEMA))
def test_a_camera_in_the_cinema_is_recognised(told: str, expected: str) -> None:
    assert of_movie(told).quality.name == expected


def test_a_camera_is_never_outdone_by_a_nicer_word() -> None:
    assert of_movie("1080p.WEB-DL.HDTS.x264").quality.name == "TELESYNC"
    assert of_movie("TS.DVDRip.XviD").quality.name == "TELESYNC"


DVDS = {
    "DVDSCR": "DVDSCR.XviD|DVDScreener|DVD-SCR|DVD.SCREENER|SCREENER.x264|SCR|720p.BDSCR|WEBSCR",
    "REGIONAL": "R5.DVDRip.XviD|R5.XviD|DVD.R5-GRP|DVDRip.R6|REGIONAL.DVDRip|REGIONAL.XviD",
    "DVD": "DVDRip.XviD|DVD.Rip|576p.DVDRip.x264|480p.DVD|DVDMux.x264",
    "DVD-R": "PAL.DVD9|NTSC.DVD5-GRP|NTSC.2xDVD9|PAL.DVDR|PAL.DVD-R|MDVDR|DVD.Remux.MPEG2|DVDRemux.MPEG-2",
}


@pytest.mark.parametrize(("told", "expected"), each(DVDS))
def test_a_dvd_of_a_movie_may_be_a_screener_or_regional_or_untouched(told: str, expected: str) -> None:
    assert of_movie(told).quality.name == expected


@pytest.mark.parametrize("told", ["DVD9.PAL", "2xDVD9", "DVDRip.x264", "NTSC.DVD", "DVD-R", "DVDSCR.XviD"])
def test_a_dvd_of_a_series_is_a_dvd(told: str) -> None:
    assert name_in(of_series(told).quality, of_series=True) == "DVD"


TELEVISION = {
    "SDTV": "HDTV.XviD|PDTV.x264|WS.DSR.x264|DSRip|TVRip|SATRip.XviD|480p.HDTV|SDTV|x264-GRP|H.264-GRP|X-vid|576p",
    "HDTV-720p": "720p.HDTV.x264|720p|1280x720|HD-TV|HR.WS.PDTV.x264|960p.HDTV|720p50.HDTV|720p.HDTVRip",
    "HDTV-1080p": "1080i.HDTV.H264|1080p.HDTV|1440p.HDTV|FHD.HDTV|1920x800|1080p60|1080i25.HDTV",
    "HDTV-2160p": "2160p.HDTV|4K.HEVC|UHD.HDTV|3840x1600|UHDTV.x265",
    "Raw-HD": "1080i.HDTV.MPEG2|1080i.HDTV.DD5.1.MPEG-2|720p.HDTV.MPEG2|RawHD|Raw-HD",
}


@pytest.mark.parametrize(("told", "expected"), each(TELEVISION))
def test_television_comes_in_all_sizes(told: str, expected: str) -> None:
    assert of_series(told).quality.name == expected
    assert of_movie(told).quality.name == expected


STREAMING = {
    "WEBDL-480p": "WEB-DL.XviD|WEBDL.x264|WEB.h264|AmazonSD.x264|540p",
    "WEBDL-720p": "720p.WEB-DL|720p.MaxdomeHD.x264|720p.WEB-DLMux|720p.DLMux|720p.WebHD|720p-WEB",
    "WEBDL-1080p": "1080p.AMZN.WEB.DDP5.1|1080p.iT.WEB-DL|1080p.WEB|1080p.WEB.DL|1080p.HBOMaxHD|1080p.WEB-DL.Remux",
    "WEBDL-2160p": "4K.WEB-DL.H265|WEB-DL.4k.HEVC|UHD.WEB-DL|2160p.NetflixUHD.x265",
    "WEBRip-480p": "WEBRip.x264|480p.WEB-Rip",
    "WEBRip-720p": "720p.WEB.Rip|720p.WEBMux",
    "WEBRip-1080p": "1080p.NF.WEBRip|1080p.WEBCap|1080p.VODRip|1080p.WEB-DLRip",
    "WEBRip-2160p": "2160p.WEBRip.x265",
}


@pytest.mark.parametrize(("told", "expected"), each(STREAMING))
def test_streams_are_recorded_or_downloaded(told: str, expected: str) -> None:
    assert of_series(told).quality.name == expected
    assert of_movie(told).quality.name == expected


BLU_RAYS = {
    "Bluray-480p": "BDRip.XviD|BRRip.x264|BluRay.XviD|480p.BluRay",
    "Bluray-576p": "576p.BluRay.x264|576p.BDRip",
    "Bluray-720p": "720p.BDRip|BluRay.x264|720p.BluRay|720p.HDDVD|720p.Remux",
    "Bluray-1080p": "1080p.BluRay|1080p.BD-Rip|1080p.BluRayRip|1080p.HD-DVD.x264|1080p.BDLight|1080p.UHD.BluRay.x265",
    "Bluray-2160p": "2160p.UHD.BluRay.x265|UHD.BluRay.x265|4K.UHDBD.x265|2160p.UHDRip.x265",
    "Remux-1080p": "1080p.BluRay.REMUX.AVC|BluRay.REMUX|1080p.BDRemux|BD-Remux|BD.Remux.1080p|REMUX.1080p.VC-1",
    "Remux-2160p": "2160p.UHD.Remux|2160p.UHDRemux|UHD.BluRay.HEVC.REMUX|4K.Remux|UHD-BDRemux.2160p",
}


@pytest.mark.parametrize(("told", "expected"), each(BLU_RAYS))
def test_a_blu_ray_is_an_encode_or_a_remux(told: str, expected: str) -> None:
    assert of_series(told).quality.name == expected
    assert of_movie(told).quality.name == expected


@pytest.mark.parametrize(
    "told",
    [
        "COMPLETE.BLURAY-GRP", "COMPLETE.UHD.BLURAY-GRP", "BD50", "BD-66", "BDMV", "BDISO", "BR-DISK", "BluRay.ISO",
        "1080p.BluRay.iso", "1080p.BluRay.AVC.DTS-HD.MA.5.1", "2160p.UHD.Blu-ray.HEVC.TrueHD.Atmos",
        "1080p.Blu-ray.MPEG-2.DD.5.1", "1080p.Blu-ray.VC-1", "Blu-ray.Full.Disc", "2xBD50",
    ],
)  # fmt: skip
def test_a_blu_ray_as_pressed_is_a_disc(told: str) -> None:
    assert (of_movie(told).quality.name, of_movie(told).is_disc) == ("BR-DISK", True)
    read = of_series(told)
    assert read.is_disc
    assert name_in(read.quality, of_series=True) in ("Bluray-1080p", "Bluray-2160p")


@pytest.mark.parametrize(
    "told",
    [
        "1080p.BluRay.x264", "1080p.BluRay.H.264.DTS", "1080p.BluRay.AVC.REMUX", "1080p.BDRip.AVC", "720p.BluRay.AVC",
        "1080p.BluRay.HEVC.10bit", "German.DL.1080p.BluRay.AVC", "1080p.BluRay.AVC.AAC", "1080p.BluRay.AVC.mkv",
    ],
)  # fmt: skip
def test_a_blu_ray_coded_anew_is_no_disc(told: str) -> None:
    assert not of_movie(told).is_disc
    assert of_movie(told).quality.modifier in ("", "remux")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("[Sam] Night Tram - 03 [BD 1080p FLAC][AB12CD34].mkv", "Bluray-1080p"),
        ("[Sam] Night Tram - 03 (BD 1920x1080 10bit FLAC)", "Bluray-1080p"),
        ("[Sam] Night Tram - 03 [BD720p][AB12CD34]", "Bluray-720p"),
        ("[Sam] Night Tram - 05 [BD Remux 1080p]", "Remux-1080p"),
        ("[Sam] Night Tram - 03 [480p]", "SDTV"),
        ("[Sam] Night Tram - 03 [4K][HEVC]", "HDTV-2160p"),
        ("[Sam] Night Tram - 03 (WEB 1080p HEVC)", "WEBDL-1080p"),
        ("[Sam] Night Tram - 03 [Web][MKV]", "WEBDL-720p"),
        ("Night Tram - S01E02 - The Depot [HDTV]", "HDTV-720p"),
        ("Night Tram - S01E02 - The Depot [WEBDL]", "WEBDL-720p"),
    ],
)
def test_labels_in_brackets_are_read(name: str, expected: str) -> None:
    assert read_name(name, Kind.SERIES).quality.name == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("The.Web.720p.HDTV.x264", "HDTV-720p"),
        ("Cam.And.Dan.720p.HDTV", "HDTV-720p"),
        ("Regional.Office.720p.WEB-DL", "WEBDL-720p"),
        ("1080p.BluRay.x264-TS", "Bluray-1080p"),
    ],
)
def test_an_episode_may_be_called_by_a_word_of_the_trade(told: str, expected: str) -> None:
    assert of_series(told).quality.name == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Charlotte's.Web.2006.720p", "HDTV-720p"),
        ("Charlottes.Web.2006.720p.BluRay", "Bluray-720p"),
        ("Cam.2018.1080p.NF.WEB-DL", "WEBDL-1080p"),
        ("Screener.2021.1080p.WEB-DL", "WEBDL-1080p"),
        ("The.Untouched.Comet.2021.1080p.BluRay", "Bluray-1080p"),
        ("Tin.Comet.2021.1080p.BluRay.x264-TS", "Bluray-1080p"),
        ("The.DVD.Thief.2021.1080p.BluRay.x264", "Bluray-1080p"),
    ],
)
def test_a_title_may_hold_a_word_of_the_trade(name: str, expected: str) -> None:
    assert read_name(name, Kind.MOVIE).quality.name == expected


SUFFIXES = {
    "SDTV": "avi|mp4|mov|wmv|mpg|m4v|ogm|asf|rm|flv|dvr-ms",
    "HDTV-720p": "mkv|ts|wtv|mk3d",
    "DVD": "vob|img|iso|ifo",
    "Bluray-720p": "m2ts",
}


@pytest.mark.parametrize(("suffix", "expected"), each(SUFFIXES))
def test_a_silent_name_is_judged_by_its_file(suffix: str, expected: str) -> None:
    read = of_series(suffix)
    assert read.quality.name == expected
    assert (read.source_from, read.resolution_from) == ("extension", "extension")


@pytest.mark.parametrize(
    ("told", "source", "resolution"),
    [
        ("1080p.WEB-DL.mkv", "name", "name"),
        ("HDTV.x264.mkv", "name", "unknown"),
        ("1080p.mkv", "extension", "name"),
        ("1080p", "unknown", "name"),
        ("webm", "unknown", "unknown"),
    ],
)
def test_it_is_known_what_told_the_quality(told: str, source: str, resolution: str) -> None:
    read = of_series(told)
    assert (read.source_from, read.resolution_from) == (source, resolution)


@pytest.mark.parametrize(
    ("told", "revision"),
    [
        ("720p.WEB", Revision()),
        ("PROPER.720p.WEB", Revision(2)),
        ("720p.WEB.x264-PROPER-GRP", Revision(2)),
        ("REPACK.720p.WEB", Revision(2)),
        ("REPACK2.720p.WEB", Revision(3)),
        ("RERIP.720p.WEB", Revision(2)),
        ("720p.WEB.rerip3", Revision(4)),
        ("REAL.PROPER.720p.WEB", Revision(2, 1)),
        ("REAL.REAL.PROPER.720p.WEB", Revision(2, 2)),
        ("REAL.720p.WEB", Revision(1, 1)),
        ("Real.Proper.720p.WEB", Revision(2)),
    ],
)
def test_a_correction_is_a_later_version(told: str, revision: Revision) -> None:
    assert of_movie(told).revision == revision
    assert of_series(told).revision == revision


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("[Sam] Night Tram - 07v2 [720p]", 2),
        ("[Sam] Night Tram - 07 v3 [720p]", 3),
        ("[Sam] Night Tram - 07 [v2][720p]", 2),
        ("[Sam] Night Tram - 07v0 [720p]", 0),
        ("[Sam] Night Tram - S01E07v2 [720p]", 2),
        ("[Sam] Night Tram v2 [720p]", 1),
    ],
)
def test_anime_counts_its_versions(name: str, version: int) -> None:
    assert read_name(name, Kind.SERIES).revision == Revision(version)


@pytest.mark.parametrize("name", ["A.Proper.Comet.2021.1080p.WEB", "The.Real.Comet.2021.1080p.WEB", "Proper.2021.WEB"])
def test_a_title_may_be_proper_and_real(name: str) -> None:
    assert read_name(name, Kind.MOVIE).revision == Revision()


def test_a_proper_comes_from_anyone_and_a_repack_from_its_maker() -> None:
    assert of_movie("REPACK.1080p.WEB").is_repack
    assert of_movie("RERIP2.1080p.WEB").is_repack
    assert not of_movie("PROPER.1080p.WEB").is_repack


def facts(width: int, height: int) -> MediaFacts:
    return MediaFacts(60, width, height, "h264", "aac", "matroska")


@pytest.mark.parametrize(
    ("told", "size", "expected"),
    [
        ("720p.WEB-DL", (1920, 800), "WEBDL-1080p"),
        ("2160p.BluRay.REMUX", (1920, 1080), "Remux-1080p"),
        ("1080p.BluRay.REMUX", (1280, 720), "Bluray-720p"),
        ("1080p.WEBRip", (1920, 1040), "WEBRip-1080p"),
        ("HDTV.x264", (1280, 720), "HDTV-720p"),
        ("BluRay", (1024, 576), "Bluray-576p"),
        ("GRP", (3840, 1600), "HDTV-2160p"),
        ("DVDRip", (1280, 720), "DVD"),
        ("HDCAM", (1920, 1080), "CAM"),
    ],
)
def test_a_probe_outranks_the_number_in_the_name(told: str, size: tuple[int, int], expected: str) -> None:
    found = as_found(of_movie(told), facts(*size))
    assert (found.quality.name, found.resolution_from) == (expected, "mediainfo")


def test_a_file_without_a_picture_tells_nothing() -> None:
    assert as_found(of_movie("720p.WEB-DL"), facts(0, 0)) == of_movie("720p.WEB-DL")


def test_a_cropped_film_keeps_its_resolution() -> None:
    sizes = [(3840, 1600), (1920, 800), (1440, 1080), (1280, 534), (1024, 576), (720, 480), (0, 0)]
    assert [lines_of_frame(*size) for size in sizes] == [2160, 1080, 1080, 720, 576, 480, 0]


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference is not beside this checkout")
@pytest.mark.parametrize("quality", LADDER, ids=lambda quality: quality.name)
def test_every_rung_is_known_to_both_fields(quality: object) -> None:
    rung = next(one for one in LADDER if one is quality)
    fields = json.loads(REFERENCE.read_text())
    for field, of_series_too in (("Radarr", False), ("Sonarr", True)):
        known = {one["name"]: one for one in fields[field].values()}
        there = known[name_in(rung, of_series=of_series_too)]
        if of_series_too and rung.name not in {one["name"] for one in known.values()} | {"Remux-1080p", "Remux-2160p"}:
            continue  # a rung of movies alone: it is only called by the nearest name
        assert there["source"] == source_in(rung, of_series=of_series_too)
        assert there["resolution"] == resolution_in(rung, of_series=of_series_too)
        assert there.get("modifier", "none") in (rung.modifier or "none", "none")


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference is not beside this checkout")
def test_the_ladder_rises_as_the_field_of_movies_has_it() -> None:
    weights = {one["name"]: one["weight"] for one in json.loads(REFERENCE.read_text())["Radarr"].values()}
    assert [weights[rung.name] for rung in LADDER] == sorted(weights[rung.name] for rung in LADDER)


def test_a_quality_is_read_in_a_blink() -> None:
    name = "Night.Tram.S01E02.The.Depot.REPACK.German.DL.1080p.AMZN.WEB-DL.DDP5.1.H.264-GRP"
    words = words_of(name)
    started = time.process_time()
    for _ in range(1000):
        read_picture(look(words), words, 0, 2, suffix=".mkv", kind=Kind.SERIES)
        read_revision(name, words, 0, 2)
    assert time.process_time() - started < 0.2
