"""Where a release comes from, by which way, whether it was had before, and whether there is room for it."""

from dataclasses import replace

from matinee.media.preferences import DelayProfile
from matinee.media.release import Protocol
from matinee.pipeline.decide import decide, judge, release_key
from tests.pipeline.decide.table import COMET, MB, at_nook, holding, preferring, release, why, whys


def test_an_indexers_terms_hold_for_its_releases() -> None:
    assert why("seeders", at_nook(least_seeders=20)) == "10 seed it at Nook, and 20 must"
    assert why("seeders", at_nook(least_seeders=0), seeders=0) is None
    assert why("indexer", at_nook(disabled_until="21:00")) == "Nook failed too often and rests until 21:00"
    assert why("tags", at_nook(tags=frozenset({"kids"}))) == "Nook is for titles tagged kids"
    assert why("tags", replace(at_nook(tags=frozenset({"kids"})), tags=frozenset({"kids"}))) is None
    flagged = at_nook(required_flags=frozenset({"freeleech"}))
    assert why("flags", flagged) == "it has none of the flags freeleech (it has: none)"
    assert why("flags", flagged, flags=frozenset({"freeleech", "internal"})) is None
    assert why("seeders", at_nook(least_seeders=20), indexer="Attic") is None


def test_a_torrent_without_seeders_is_refused_for_now() -> None:
    decision = judge(release(seeders=0), COMET)
    assert [(r.rule, r.text, r.permanent) for r in decision.reasons] == [
        ("seeders", "nobody seeds it at Nook now", False)
    ]
    assert judge(release(seeders=None), COMET).approved


def test_only_enabled_protocols_are_considered() -> None:
    usenet = release(protocol=Protocol.USENET, seeders=None)
    assert [r.rule for r in decide([usenet], COMET)[0].reasons] == ["protocol"]
    assert decide([usenet], COMET, protocols={Protocol.USENET})[0].approved


def test_the_first_delay_profile_that_fits_the_title_holds() -> None:
    kids = DelayProfile("Kids", tags=frozenset({"kids"}), torrents=False)
    rest = DelayProfile("Everything")
    wanted = preferring(delay_profiles=(kids, rest))
    assert why("protocol", replace(wanted, tags=frozenset({"kids"}))) == (
        "the delay profile 'Kids' takes nothing by torrent"
    )
    assert why("protocol", wanted) is None


def test_what_was_tried_before_is_refused_wherever_it_is_offered() -> None:
    blocked = replace(COMET, blocked=frozenset({release_key(release(infohash="AB" * 20))}))
    assert "blocklist" in whys(wanted=blocked, infohash="ab" * 20, indexer="Other", guid="other")
    assert not whys(wanted=blocked, infohash="cd" * 20)
    assert "blocklist" in whys(wanted=replace(COMET, blocked=frozenset({"guid-1"})), guid="guid-1")


def test_what_was_imported_before_is_not_fetched_again() -> None:
    known = replace(holding(), imported=frozenset({"ab" * 20, "tin.comet.2021.1080p.web-dl-grp"}))
    assert why("imported", known, infohash="AB" * 20) == "the very same torrent was imported before"
    assert why("imported", known) == "a release of the same name was imported before"
    assert why("imported", known, "Tin.Comet.2021.1080p.WEB-DL-OTHER") is None
    assert why("imported", replace(known, held=None)) is None, "what is no longer there may come again"


def test_a_download_needs_room_and_some_must_be_left() -> None:
    tight = replace(COMET, free_bytes=4050 * MB)
    assert why("space", tight) == "it needs 4,000 MB, and 4,050 MB are free"
    assert why("space", replace(tight, free_bytes=4100 * MB)) is None
    assert why("space", COMET) is None
    assert not judge(release(), tight).reasons[0].permanent
