import gzip

import pytest

from matinee.media.nzb_file import read_nzb

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMESPACE = 'xmlns="http://www.newzbin.com/DTD/2003/nzb"'


def nzb(*files: str, head: str = "", namespace: str = NAMESPACE) -> bytes:
    return f"{HEAD}<nzb {namespace}>{head}{''.join(files)}</nzb>".encode()


def file(subject: str, *sizes: int) -> str:
    segments = "".join(f'<segment bytes="{size}" number="{n}">{n}@x</segment>' for n, size in enumerate(sizes, 1))
    return f"<file poster='p' date='1' subject='{subject}'><groups/><segments>{segments}</segments></file>"


def test_names_and_sizes_are_told_before_anything_is_fetched() -> None:
    read = read_nzb(nzb(file('[1/2] "Tin.Comet.mkv" yEnc (1/2)', 700, 300), file("Tin.Comet.nfo (1/1)", 10)))
    assert read.files == (("Tin.Comet.mkv", 1000), ("Tin.Comet.nfo", 10))
    assert read.password is None


def test_a_gzipped_one_and_one_without_a_namespace_are_read_as_well() -> None:
    plain = nzb(file('"a.mkv"', 5), namespace="")
    assert read_nzb(gzip.compress(plain)).files == read_nzb(plain).files == (("a.mkv", 5),)


def test_a_password_stands_in_the_head_or_in_the_name() -> None:
    head = '<head><meta type="title">Tin Comet</meta><meta type="password">sesame</meta></head>'
    read = read_nzb(nzb(file('"a.rar"', 5), head=head))
    assert (read.password, read.title) == ("sesame", "Tin Comet")
    assert read_nzb(nzb(file('"a.rar"', 5)), "Tin Comet{{sesame}}.nzb").password == "sesame"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it is no XML"),
        (b"<nzb>", "it is no XML"),
        (b"<html></html>", "its outermost element is <html>, not <nzb>"),
        (nzb(), "it lists no files"),
        (gzip.compress(nzb(file('"a"', 1)))[:30], "it is damaged"),
    ],
)
def test_rubbish_is_refused_in_words(content: bytes, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read_nzb(content)


def test_entities_are_not_followed_and_do_not_grow() -> None:
    bomb = '<!DOCTYPE nzb [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    content = f"{HEAD}{bomb}<nzb><head><meta type='title'>&b;&b;</meta></head>{file('x.mkv', 1)}</nzb>".encode()
    assert read_nzb(content).title is None
    outside = (
        f'{HEAD}<!DOCTYPE nzb [<!ENTITY p SYSTEM "file:///etc/passwd">]><nzb><head><meta type="title">&p;</meta></head>'
    )
    read = read_nzb((outside + file("x.mkv", 1) + "</nzb>").encode())
    assert read.title is None


def test_sizes_that_are_no_numbers_count_nothing() -> None:
    odd = nzb(
        "<file subject='\"a.mkv\"'><segments><segment bytes='-5'/><segment bytes='x'/><segment/></segments></file>"
    )
    assert read_nzb(odd).files == (("a.mkv", 0),)
