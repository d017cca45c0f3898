"""What only time speaks against: the day of a film, an upload's age, a delay, a line to wait in."""

from dataclasses import replace
from datetime import date
from typing import Any

from matinee.media.preferences import DelayProfile, Limits, Preferences
from matinee.media.release import Protocol
from matinee.media.wanted import Held
from matinee.pipeline.decide import judge
from tests.pipeline.decide.table import COMET, NOW, ago, limited, preferring, release, why


def test_a_film_that_is_not_out_is_believed_by_hand_only() -> None:
    soon = replace(COMET, available_from=date(2026, 3, 4), now=NOW)
    assert why("availability", soon) == (
        "Tin Comet is out on 04 March 2026: until then it is a fake, or filmed in the cinema"
    )
    assert why("availability", replace(soon, asked_by_hand=True)) is None
    assert why("availability", replace(soon, available_from=date(2026, 3, 1))) is None
    early = replace(soon, preferences=Preferences(limits=Limits(availability_delay_days=-3)))
    assert why("availability", early) is None


def test_what_nobody_watches_over_is_fetched_by_hand_only() -> None:
    idle = replace(COMET, monitored=False)
    assert why("monitored", idle) == "Tin Comet (2021) is not monitored"
    assert why("monitored", replace(idle, asked_by_hand=True)) is None


def test_patience_waits_for_something_better_unless_nothing_can_be() -> None:
    patient = DelayProfile("Patience", torrent_minutes=60)
    wanted = preferring(delay_profiles=(patient,))
    fresh: dict[str, Any] = {"published": ago(minutes=10)}
    assert why("delay", wanted, **fresh) == "'Patience' waits 51 more minutes for something better"
    assert judge(release(**fresh), wanted).is_pending
    assert why("delay", wanted, published=ago(minutes=60)) is None
    assert why("delay", replace(wanted, asked_by_hand=True), **fresh) is None
    best = replace(patient, bypass_if_best_quality=True)
    assert why("delay", preferring(delay_profiles=(best,)), "Tin.Comet.2021.1080p.BluRay-GRP", **fresh) is None
    scored = replace(patient, bypass_above_score=0)
    assert why("delay", preferring(delay_profiles=(scored,)), **fresh) is None
    assert why("delay", replace(wanted, oldest_pending=ago(minutes=61)), **fresh) is None
    mended = replace(wanted, held=Held("WEBDL-1080p", group="GRP"))
    assert why("delay", mended, "Tin.Comet.2021.PROPER.1080p.WEB-DL-GRP", **fresh) is None


def test_what_is_pushed_does_not_overtake_those_that_wait() -> None:
    pushed = replace(COMET, is_pushed=True, oldest_pending=ago(minutes=5), now=NOW)
    assert why("pending", pushed) == "another release of Tin Comet (2021) is kept waiting already"
    assert why("pending", replace(pushed, is_pushed=False)) is None


def test_a_fresh_upload_to_usenet_waits_and_an_old_one_is_gone() -> None:
    wanted = replace(limited(least_usenet_minutes=30, usenet_retention_days=1000), protocols=frozenset(Protocol))
    by_usenet: dict[str, Any] = {"protocol": Protocol.USENET, "seeders": None}
    assert why("age", wanted, published=ago(minutes=10), **by_usenet) == "it is 10 minutes old, and 30 is the least"
    assert why("age", wanted, published=ago(minutes=31), **by_usenet) is None
    assert why("age", wanted, published=ago(minutes=1)) is None
    assert why("retention", wanted, published=ago(days=1001), **by_usenet) == (
        "it is 1,001 days old, and the servers keep 1,000"
    )
    assert why("retention", wanted, published=ago(days=999), **by_usenet) is None
    assert why("retention", wanted, published=None, **by_usenet) is None


def test_a_clock_that_goes_wrong_elsewhere_makes_nobody_wait() -> None:
    wanted = preferring(delay_profiles=(DelayProfile("At once"),))
    assert why("delay", wanted, published=ago(minutes=-90)) is None


def test_each_way_to_download_has_its_own_patience() -> None:
    slow = DelayProfile("Usenet first", preferred=Protocol.USENET, torrent_minutes=60)
    wanted = replace(preferring(delay_profiles=(slow,)), protocols=frozenset(Protocol))
    assert why("delay", wanted, published=ago(minutes=1)) is not None
    assert why("delay", wanted, published=ago(minutes=1), protocol=Protocol.USENET, seeders=None) is None
    eager = replace(slow, bypass_if_best_quality=True, bypass_above_score=0)
    assert why("delay", preferring(delay_profiles=(eager,)), published=ago(minutes=1)), (
        "only the preferred way may jump"
    )
