"""A film and a series to be named."""

from dataclasses import replace
from datetime import date

from matinee.media.naming import DEFAULT, Airing, Named, NamingScheme, Numbered, Subject
from matinee.media.naming.build import names
from matinee.media.quality import LADDER, Revision, rung
from matinee.media.title import ExternalIds, Kind

WEB = LADDER[rung("WEBDL-1080p")]
FILM = Subject(Kind.MOVIE, "The Tin Comet", 2021, quality=WEB, ids=ExternalIds(tmdb=603, imdb="tt12345"))
DEPOT = Numbered(2, 5, "The Depot", 17, date(2021, 3, 4))
NEXT, LAST = Numbered(2, 6, "Terminus", 18), Numbered(2, 7, "Home", 19)
TRAM = Subject(Kind.SERIES, "The Night Tram", 2019, quality=WEB, episodes=(DEPOT,))
TRIPLE = replace(TRAM, episodes=(DEPOT, NEXT, LAST))
ANIME = replace(TRIPLE, file=Named(airing=Airing.ANIME))
PROPER = Revision(2)


def told(text: str, subject: Subject = FILM, scheme: NamingScheme = DEFAULT) -> str:
    return "/".join(names(text, scheme, subject))


def with_file(subject: Subject, file: Named) -> Subject:
    return replace(subject, file=file)
