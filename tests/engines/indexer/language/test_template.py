"""Templates: every construct of the language, what is true and what is false, what is encoded."""

import pytest

from matinee.engines.indexer.language.scope import Scope, UnknownVariable
from matinee.engines.indexer.language.template import TemplateError, check, render
from matinee.engines.indexer.language.urls import url_encode

SCOPE = Scope(
    {
        ".Keywords": "big film",
        ".Categories": ("1", "a b"),
        ".Empty": (),
        ".Config.on": ".True",
        ".Config.off": None,
        ".Config.blank": "  ",
        ".Config.sort": "added",
        ".Config.a-b": "dash",
    }
)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("plain }} text", "plain }} text"),
        ("q={{ .Keywords }}!", "q=big film!"),
        ("{{.Keywords}}", "big film"),
        ("[{{ .Config.off }}]", "[]"),
        ("{{ .Config.a-b }}", "dash"),
        ("{{ .True }}/{{ .False }}", "True/"),
        ("{{ if .Config.on }}yes{{ else }}no{{ end }}", "yes"),
        ("{{ if .Config.off }}yes{{ else }}no{{ end }}", "no"),
        ("{{ if .Config.blank }}yes{{ else }}no{{ end }}", "no"),
        ("{{ if .Empty }}yes{{ else }}no{{ end }}", "no"),
        ("{{ if .Categories }}yes{{ else }}no{{ end }}", "yes"),
        ("{{if .Config.on}}{{ if .Config.off }}a{{else}}b{{end}}{{else}}c{{end}}", "b"),
        ("{{ if .Config.on }}only{{ end }}", "only"),
        ("{{ if .Config.on }}\n  two\n{{ else }}{{ end }}", "\n  two\n"),
        ("{{ if and .Config.on .Keywords }}yes{{ else }}no{{ end }}", "yes"),
        ("{{ if and .Config.on .Config.off }}yes{{ else }}no{{ end }}", "no"),
        ("{{ if or .Config.off .Keywords }}yes{{ else }}no{{ end }}", "yes"),
        ("{{ or .Config.off .Config.blank .Keywords .Config.on }}", "big film"),
        ("{{ or .Config.off .Config.off }}", ""),
        ("{{ and .Keywords .Config.sort }}", "added"),
        ('{{ and "words" .Config.sort }}', "added"),
        ("{{ or (.Config.off) (.Keywords) }}", "big film"),
        ('{{ if eq .Config.sort "added" }}yes{{ else }}no{{ end }}', "yes"),
        ('{{ if ne .Config.sort "added" }}yes{{ else }}no{{ end }}', "no"),
        ("{{ if eq .Config.off .False }}yes{{ else }}no{{ end }}", "yes"),
        ('{{ if eq .Config.off "" }}yes{{ else }}no{{ end }}', "no"),
        ('{{ if and (.Config.on) (eq .Config.sort "added") (.Keywords) }}yes{{ else }}no{{ end }}', "yes"),
        (
            '{{ if and (ne .Config.sort "x") (and (eq .Config.off .False) (.Config.on)) }}yes{{ else }}no{{ end }}',
            "yes",
        ),
        ("{{ range .Categories }}&c={{.}}{{end}}", "&c=1&c=a b"),
        ("{{ range $i,$e := .Categories }}{{$i}}={{ $e }};{{end}}", "0=1;1=a b;"),
        ("{{ range $i, $e := .Categories }}{{$i}}{{.}};{{end}}", "01;1a b;"),
        ("{{ range .Empty }}&c={{.}}{{end}}", ""),
        ("{{ if .Categories }}{{ range .Categories }}{{.}},{{end}}{{ else }}none{{ end }}", "1,a b,"),
        ("{{ range .Categories }}{{ if .Config.on }}{{.}}{{ else }}{{ end }}{{end}}", "1a b"),
        ('{{ join .Categories "," }}', "1,a b"),
        ('{{ re_replace .Keywords "[\\s]+" "+" }}', "big+film"),
        ('{{ re_replace .Keywords "(b)(ig)" "$2$1" }}', "igb film"),
        ('{{ re_replace .Keywords "i{1}g}*" "}}" }}', "b}} film"),
        ('{"q":{"words":"{{ .Keywords }}"}}', '{"q":{"words":"big film"}}'),
        ('{"q":{{{ .Keywords }}}}', '{"q":{big film}}'),
    ],
)
def test_each_construct_gives_what_it_says(template: str, text: str) -> None:
    assert render(template, SCOPE) == text


@pytest.mark.parametrize(
    "template",
    ['{{ if and (.Config.on) (eq .Config.sort "added")) }}y{{ else }}n{{ end }}', "{{ or (.Config.on }}"],
)
def test_a_bracket_too_many_or_too_few_is_overlooked(template: str) -> None:
    assert render(template, SCOPE) in ("y", ".True")


def test_brackets_may_be_left_out_inside_and_and_or() -> None:
    condition = 'and eq (.Config.sort) "added" ne .Config.on .Config.off'
    assert render(f"{{{{ if {condition} }}}}y{{{{ else }}}}n{{{{ end }}}}", SCOPE) == "y"
    assert render('{{ if or eq .Config.sort "x" .Config.off }}y{{ else }}n{{ end }}', SCOPE) == "n"


def test_a_list_counts_as_empty_in_and_and_or_but_still_decides() -> None:
    assert render("{{ if and .Categories .Config.off }}y{{ else }}n{{ end }}", SCOPE) == "y"
    assert render("{{ or .Categories .Keywords }}", SCOPE) == "big film"


def test_values_are_encoded_and_the_words_between_are_not() -> None:
    def shown(template: str) -> str:
        return render(template, SCOPE, url_encode)

    assert shown("a b/{{ .Keywords }}") == "a b/big+film"
    assert shown("{{ range .Categories }} {{.}}{{end}}") == " 1 a+b"
    assert shown('{{ join .Categories "," }}') == "1%2Ca+b"
    assert shown('{{ re_replace .Keywords " " "&" }}') == "big%26film"
    assert shown("{{ if .Config.on }}x y{{ else }}{{ end }}") == "x y"


def test_a_variable_that_was_never_set_is_an_error_where_it_is_asked_for() -> None:
    with pytest.raises(UnknownVariable, match=r"\.Nobody"):
        render("{{ .Nobody }}", SCOPE)
    assert render("{{ if .Config.on }}fine{{ else }}{{ .Nobody }}{{ end }}", SCOPE) == "fine"


@pytest.mark.parametrize(
    "template",
    [
        "{{ if .Config.on }}never closed",
        "{{ end }}",
        "{{ else }}",
        "{{ nothing .Config.on }}",
        "{{ .Config.on | upper }}",
        "{{ if .Config.on }}a{{ else if .Config.off }}b{{ end }}",
        "{{ }}",
        "{{ range }}x{{ end }}",
        "{{ join .Categories }}",
        '{{ re_replace .Keywords "a" }}',
        "{{ eq .Config.on }}",
        '{{ "open }}',
        "{{ " + "(" * 100 + ".Config.on }}",
        "{{ if .Config.on }}" * 100 + "{{ end }}" * 100,
    ],
)
def test_what_is_not_the_language_is_an_error_that_shows_the_piece(template: str) -> None:
    with pytest.raises(TemplateError, match=r"\{\{|too deep"):
        check(template)


def test_a_dot_or_a_name_outside_a_range_is_an_error() -> None:
    for template in ("{{.}}", "{{ $i }}"):
        with pytest.raises(TemplateError):
            render(template, SCOPE)


def test_a_hostile_template_takes_no_long_time() -> None:
    for template in ("{{" * 20_000, '{{"' * 20_000, '{{ "' + "\\" * 40_000, "{{ " + '"a" ' * 20_000):
        with pytest.raises(TemplateError):
            render(template + "{{ end }}", SCOPE)
