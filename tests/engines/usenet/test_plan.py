import bz2
import gzip

import pytest

from matinee.engines.usenet.names import better_name, recovery_of, safe_folder, safe_name, subject_name
from matinee.engines.usenet.plan import name_and_password, read_plan
from matinee.kernel.errors import Refused

NZB = b"""<?xml version="1.0"?>
<!DOCTYPE nzb PUBLIC "-//newzBin//DTD NZB 1.1//EN" "http://nowhere.test/nzb.dtd">
<nzb xmlns="http://www.newzbin.com/DTD/2003/nzb"><head><meta type="password">pw</meta></head>
<file subject='"film.part10.rar" yEnc (1/2)' date="2000"><segments><segment bytes="1032" number="2">b@x</segment>
<segment bytes="1032" number="1">&lt;a@x&gt;</segment><segment bytes="1032" number="1">again@x</segment>
<segment bytes="0" number="3">empty@x</segment><segment bytes="99999999" number="4">huge@x</segment>
<segment bytes="5" number="5">two words@x</segment></segments></file>
<file subject='"film.part2.rar"' date="1000"><segments><segment bytes="10" number="1">c@x</segment></segments></file>
<file><segments><segment bytes="10" number="1">d@x</segment></segments></file>
<file subject='"film.vol03+04.par2"'><segments><segment bytes="10" number="1">e@x</segment></segments></file>
<file subject="nothing"/></nzb>"""


@pytest.mark.parametrize("packed", [NZB, gzip.compress(NZB), bz2.compress(NZB)], ids=["plain", "gzip", "bzip2"])
def test_an_nzb_is_read_leniently(packed: bytes) -> None:
    plan = read_plan(packed)
    assert [file.name for file in plan.files] == [
        "film.vol03+04.par2",
        "file 3",
        "film.part2.rar",
        "film.part10.rar",
    ]
    film = plan.files[3]
    assert (film.count, film.parts, film.size) == (2, 2, 2000)
    assert [plan.message_id(film.first + at) for at in range(2)] == [b"a@x", b"b@x"]
    assert plan.date == 1500
    assert plan.metas == {"password": "pw"}
    assert plan.files[0].recovery and plan.files[0].recovery.blocks == 4


def test_an_indexers_error_is_told() -> None:
    with pytest.raises(Refused, match="Limit reached"):
        read_plan(b'<error code="500" description="Limit reached"/>')


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE nzb [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><nzb><file><segments>'
    with pytest.raises(Refused):
        read_plan(bomb + b'<segment bytes="10" number="1">&b;@x</segment></segments></file></nzb>')


def test_a_message_id_cannot_carry_a_command() -> None:
    with pytest.raises(Refused, match="no articles"):
        read_plan(
            b'<nzb><file><segments><segment bytes="1" number="1">'
            b"a@x&gt;&#13;&#10;QUIT</segment></segments></file></nzb>"
        )


@pytest.mark.parametrize(
    ("told", "name", "password"),
    [
        ("Film{{secret}}.nzb", "Film", "secret"),
        ("Film/secret", "Film", "secret"),
        ("Film password=secret", "Film", "secret"),
        ("Film.2026.nzb.gz", "Film.2026", ""),
    ],
)
def test_a_password_in_the_name_is_found(told: str, name: str, password: str) -> None:
    assert name_and_password(told) == (name, password)


@pytest.mark.parametrize(
    ("told", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\evil.exe", "evil.exe"),
        ("..", "file 7"),
        ("", "file 7"),
        ("a\x00b\u202egpj.exe", "abgpj.exe"),
        ("-rf.mkv", "rf.mkv"),
        ("con.txt", "_con.txt"),
        (".hidden", "hidden"),
    ],
)
def test_hostile_names_become_plain_ones(told: str, safe: str) -> None:
    assert safe_name(told, 7) == safe


def test_long_names_keep_their_ending_and_taken_ones_get_a_number() -> None:
    assert len(safe_name("é" * 400 + ".mkv", 1).encode()) <= 200
    assert safe_name("é" * 400 + ".mkv", 1).endswith(".mkv")
    assert safe_name("A.mkv", 3, {"a.mkv"}) == "A.3.mkv"
    assert "/" not in safe_folder("a/../b")


def test_names_tell_what_is_inside() -> None:
    assert recovery_of("x.VOL012+34.PAR2")
    assert recovery_of("x.par2") is None
    assert better_name("film.part1.rar", "0a1b2c") == "film.part1.rar"
    assert better_name("0a1b2c", "film.mkv") == "film.mkv"
    assert subject_name('[1/2] "a b.mkv" yEnc', 1) == "a b.mkv"
    assert subject_name("", 4) == "file 4"
