"""Regular expressions: the habits of .NET, and an end to those that never end."""

import pytest

from matinee.engines.indexer.language.netregex import FilterFailed, check, replace, search


@pytest.mark.parametrize(
    ("pattern", "text", "replacement", "result"),
    [
        (r"foo(?i)bar", "fooBAR FOObar", "x", "x FOObar"),
        (r"(?i)\b(bluray)\b", "A BluRay B", "[$1]", "A [BluRay] B"),
        (r"[\p{IsCyrillic}a]+", "abПривет", "-", "-b-"),
        (r"\P{IsCyrillic}+", "abПривет", "-", "-Привет"),
        (r"[^\p{IsCJKUnifiedIdeographs}\w]+", "電影 (film)", "", "電影film"),
        (r"[\P{IsCyrillic}П]+", "abПривет", "-", "-ривет"),
        (r"\p{IsCJKUnifiedIdeographs}+", "電影 film", "", " film"),
        (r"\p{L}+", "abc 1", "x", "x 1"),
        (r"(a)(b)(c)", "abc", "$3$2$1", "cba"),
        (r"(a)", "a", "$0$$${1}$2", "a$a$2"),
        (r"(?<x>a)(?<y>b)", "ab", "${y}${x}${z}", "ba${z}"),
        (r"(a)(?<x>b)(c)", "abc", "$1$2$3", "acb"),
        (r"(?'x'a)", "a", "<${x}>", "<a>"),
        (r"(?<2>a)(b)", "ab", "$2-$1", "a-b"),
        (r"(b)?a", "a", "[$1]", "[]"),
        (r"b", "abc", "($`|$'|$_|$&)", "a(a|c|abc|b)c"),
        (r"(?<y>\w)\1", "aab", "<$1>", "<a>b"),
        (r"(?<y>\w)\k<y>", "aab", "<$1>", "<a>b"),
        (r"[[\]{}]", "a[b]{c}", "_", "a_b__c_"),
        (r"[&&||~~]", "a&b|c~d", "_", "a_b_c_d"),
        (r"[a-z-[aeiou]]", "abcde", "_", "a___e"[:1] + "___e"),
        (r"[]x]", "]x", "_", "__"),
        (r"x{i}", "x{i}", "y", "y"),
        (r"\d{4}", "in 1968", "y", "in y"),
        (r"a\Z", "a\n", "b", "b\n"),
        (r"a\z", "a\n", "b", "a\n"),
        (r"(?#nothing)a", "a", "b", "b"),
        (r"(?<=a)b(?!c)", "abd abc", "_", "a_d abc"),
        (r".*", "abc", "-", "--"),
        (r"x*", "ab", "-", "-a-b-"),
        (r"\\", "a\\b", "/", "a/b"),
        (r"a", "a", r"\1\n", r"\1\n"),
        (r"(?i)strasse", "Straße", "x", "Straße"),
    ],
)
def test_a_replacement_is_the_one_of_net(pattern: str, text: str, replacement: str, result: str) -> None:
    assert replace(pattern, text, replacement) == result


def test_a_match_tells_its_groups_as_net_counts_them() -> None:
    found = search(r"(?<year>\d{4}).*?(S\d\d)", "1968 S01")
    assert found is not None
    assert (found.group(0), found.group(1), found.group(2), found.group(9)) == ("1968 S01", "S01", "1968", "")
    assert search("x", "y") is None


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        (r"(?<open-close>x)", "balancing groups"),
        (r"(?<-open>x)", "balancing groups"),
        (r"(", "cannot be read"),
        (r"\p{IsNowhere}", "IsNowhere"),
        (r"((a{1000}){1000}){1000}", "too much"),
        ("(" * 200 + ")" * 200, "too deep"),
        ("a" * 30_000, "shorten"),
        (r"[a", "cannot be read"),
        ("\\", "cannot be read"),
    ],
)
def test_what_cannot_be_compiled_says_why(pattern: str, reason: str) -> None:
    with pytest.raises(FilterFailed, match=reason):
        check(pattern)


def test_an_expression_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matinee.engines.indexer.language.netregex._SECONDS", 0.1)
    with pytest.raises(FilterFailed, match="takes longer"):
        search(r"(a|aa)+$", "a" * 60 + "b")
    with pytest.raises(FilterFailed, match="takes longer"):
        replace(r"(a|aa)+$", "a" * 60 + "b", "")


def test_a_replacement_that_grows_without_end_is_ended() -> None:
    with pytest.raises(FilterFailed, match="writes more"):
        replace(r"a", "a" * 10_000, "x" * 1000)
