"""The titles of the lab: invented films and series that nobody has ever seen."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class LabEpisode:
    """One episode; `tmdb` and `tvmaze` are its ids there."""

    season: int
    number: int
    name: str
    aired: date
    tmdb: int
    tvmaze: int
    overview: str = ""


@dataclass(frozen=True, slots=True)
class LabTitle:
    """A film (`kind` movie) or series (tv) as its catalogues know it; `motif` and `palette` are how it is painted."""

    slug: str
    kind: str
    name: str
    released: date
    overview: str
    tagline: str
    genres: tuple[str, ...]
    tmdb: int
    imdb: str
    rating: float
    popularity: float
    motif: str
    palette: tuple[str, str, str]
    cast: tuple[tuple[str, str], ...]
    director: str
    tvdb: int = 0
    tvmaze: int = 0
    runtime: int = 1
    running: bool = False
    episodes: tuple[LabEpisode, ...] = ()

    @property
    def year(self) -> int:
        """The year it came out."""
        return self.released.year

    @property
    def seasons(self) -> tuple[int, ...]:
        """The numbers of its seasons."""
        return tuple(sorted({episode.season for episode in self.episodes}))

    def season(self, number: int) -> tuple[LabEpisode, ...]:
        """The episodes of one season."""
        return tuple(episode for episode in self.episodes if episode.season == number)


def _episodes(tvmaze: int, first: date, *seasons: tuple[tuple[str, str], ...]) -> tuple[LabEpisode, ...]:
    """Weekly episodes from their names and overviews, a year between seasons."""
    return tuple(
        LabEpisode(
            season=season,
            number=number,
            name=name,
            aired=date.fromordinal(first.toordinal() + 364 * (season - 1) + 7 * (number - 1)),
            tmdb=7_000_000 + tvmaze * 10 + season * 100 + number,
            tvmaze=8_000_000 + tvmaze * 10 + season * 100 + number,
            overview=overview,
        )
        for season, episodes in enumerate(seasons, 1)
        for number, (name, overview) in enumerate(episodes, 1)
    )


TIN_COMET = LabTitle(
    slug="tin-comet",
    kind="movie",
    name="Tin Comet",
    released=date(2021, 3, 12),
    overview="A scrapyard apprentice builds a comet out of tin so that her village has something to wish upon, "
    "and one night it does not come down again.",
    tagline="Some wishes are made by hand.",
    genres=("Science Fiction", "Adventure"),
    tmdb=910001,
    imdb="tt9910001",
    rating=7.9,
    popularity=98.4,
    motif="comet",
    palette=("#0b1038", "#7a2a6b", "#ffb35c"),
    cast=(("Ilse Marrow", "Nell"), ("Tobias Quill", "The Smelter")),
    director="Oda Fenwick",
)
SALT_LIGHTHOUSE = LabTitle(
    slug="salt-lighthouse",
    kind="movie",
    name="The Salt Lighthouse",
    released=date(2019, 10, 4),
    overview="A lighthouse keeper who has never seen a ship receives a letter of complaint from one.",
    tagline="It was built to be found.",
    genres=("Drama", "Mystery"),
    tmdb=910002,
    imdb="tt9910002",
    rating=8.2,
    popularity=91.7,
    motif="sea",
    palette=("#06303f", "#2c8c99", "#f4e3b1"),
    cast=(("Bram Oakes", "The Keeper"), ("Lucia Venn", "The Captain")),
    director="Marta Holloway",
)
PAPER_ORCHARD = LabTitle(
    slug="paper-orchard",
    kind="movie",
    name="Paper Orchard",
    released=date(2023, 5, 19),
    overview="Two sisters fold an orchard out of old letters; in spring the first tree bears an answer.",
    tagline="Every leaf is a page.",
    genres=("Animation", "Family", "Fantasy"),
    tmdb=910003,
    imdb="tt9910003",
    rating=7.4,
    popularity=84.1,
    motif="orchard",
    palette=("#3c1a4f", "#e0607e", "#ffe0b5"),
    cast=(("Pia Lindqvist", "Wren"), ("Hana Osei", "Juniper")),
    director="Aurelio Stamm",
)
NIGHT_TRAM = LabTitle(
    slug="night-tram",
    kind="tv",
    name="Night Tram",
    released=date(2022, 11, 3),
    overview="The last tram of the night stops where its passengers would have been happy. The new conductor "
    "has been told never to look out.",
    tagline="Mind the gap between the years.",
    genres=("Drama", "Mystery"),
    tmdb=920001,
    imdb="tt9920001",
    tvdb=990001,
    tvmaze=95001,
    rating=8.6,
    popularity=88.0,
    motif="city",
    palette=("#0a0f24", "#27406b", "#ffd166"),
    cast=(("Ezra Voss", "The Conductor"), ("Amal Reyes", "Passenger 7")),
    director="Sunniva Falk",
    episodes=_episodes(
        95001,
        date(2022, 11, 3),
        (
            ("Last Stop, Harbour", "On his first shift the conductor punches a ticket that is dated tomorrow."),
            ("The Conductor Dreams", "The tram runs empty, yet somebody keeps ringing for the next stop."),
        ),
    ),
)

_SHELF = (
    LabTitle(
        slug="quiet-avalanche",
        kind="movie",
        name="A Quiet Avalanche",
        released=date(2024, 1, 26),
        overview="A mountain village agrees not to speak until the snow has gone. It is only October.",
        tagline="Hush.",
        genres=("Thriller", "Drama"),
        tmdb=910004,
        imdb="tt9910004",
        rating=7.1,
        popularity=73.3,
        motif="hills",
        palette=("#1b2a49", "#7fa6c9", "#f7f9fb"),
        cast=(("Jonas Wiek", "The Ranger"),),
        director="Elke Brandt",
        runtime=104,
    ),
    LabTitle(
        slug="seven-umbrellas",
        kind="movie",
        name="Seven Umbrellas",
        released=date(2018, 9, 14),
        overview="One rainy afternoon, seven strangers take the wrong umbrella home.",
        tagline="Nobody leaves dry.",
        genres=("Comedy", "Romance"),
        tmdb=910005,
        imdb="tt9910005",
        rating=6.8,
        popularity=61.0,
        motif="rain",
        palette=("#22304a", "#5b7c99", "#f26b5e"),
        cast=(("Nadia Brook", "Umbrella One"),),
        director="Paul Orsini",
        runtime=93,
    ),
    LabTitle(
        slug="cartographers-cat",
        kind="movie",
        name="The Cartographer's Cat",
        released=date(2020, 7, 3),
        overview="A cat walks over a wet map, and by morning there is a new country to be explored.",
        tagline="Here be paws.",
        genres=("Family", "Adventure"),
        tmdb=910006,
        imdb="tt9910006",
        rating=7.6,
        popularity=57.9,
        motif="hills",
        palette=("#27452f", "#8fae5d", "#f6e7b0"),
        cast=(("Otis Grey", "The Cartographer"),),
        director="Wilma Tate",
        runtime=88,
    ),
    LabTitle(
        slug="velvet-signal",
        kind="movie",
        name="Velvet Signal",
        released=date(2025, 2, 21),
        overview="A radio engineer picks up a lounge singer who will not be born for another century.",
        tagline="Stay tuned.",
        genres=("Science Fiction", "Thriller"),
        tmdb=910007,
        imdb="tt9910007",
        rating=7.7,
        popularity=79.5,
        motif="orbits",
        palette=("#1d0b2e", "#8a1c7c", "#ff8fa3"),
        cast=(("Celeste Moor", "The Voice"),),
        director="Idris Kane",
        runtime=117,
    ),
    LabTitle(
        slug="moth-parade",
        kind="movie",
        name="Moth Parade",
        released=date(2016, 6, 10),
        overview="Once a year a town switches off all its lamps, and the moths decide who may stay.",
        tagline="Follow the dark.",
        genres=("Fantasy", "Drama"),
        tmdb=910008,
        imdb="tt9910008",
        rating=6.9,
        popularity=44.2,
        motif="orchard",
        palette=("#11151c", "#4f5d75", "#e8c07d"),
        cast=(("Greta Lund", "The Lamplighter"),),
        director="Tomas Hale",
        runtime=99,
    ),
    LabTitle(
        slug="glass-harbour",
        kind="tv",
        name="Glass Harbour",
        released=date(2020, 4, 9),
        overview="A harbour town wakes up one morning transparent; the secrets are the first to leave.",
        tagline="Nothing to hide.",
        genres=("Drama",),
        tmdb=920002,
        imdb="tt9920002",
        tvdb=990002,
        tvmaze=95002,
        rating=8.0,
        popularity=66.6,
        motif="sea",
        palette=("#132a3e", "#6fb7c9", "#ffe9d6"),
        cast=(("Rosa Thiel", "Mayor Dahl"),),
        director="Niklas Aho",
        runtime=44,
        episodes=_episodes(
            95002,
            date(2020, 4, 9),
            (("Clear Morning", ""), ("The Ferryman's Heart", ""), ("Low Tide", "")),
            (("Opaque", ""), ("Shards", ""), ("The Blower", "")),
        ),
    ),
    LabTitle(
        slug="bureau-of-small-weather",
        kind="tv",
        name="Bureau of Small Weather",
        released=date(2023, 9, 18),
        overview="Civil servants in a basement look after the weather of single rooms, pockets and teacups.",
        tagline="Forecast: personal.",
        genres=("Comedy", "Fantasy"),
        tmdb=920003,
        imdb="tt9920003",
        tvdb=990003,
        tvmaze=95003,
        rating=8.3,
        popularity=71.8,
        motif="rain",
        palette=("#2b3a55", "#ce7777", "#f2e5e5"),
        cast=(("Femi Adler", "Inspector Drizzle"),),
        director="Clara Noon",
        runtime=26,
        running=True,
        episodes=_episodes(
            95003,
            date(2023, 9, 18),
            (("A Cloud in Accounts", ""), ("Storm in Room 4", ""), ("Pocket Frost", ""), ("Teacup", "")),
        ),
    ),
    LabTitle(
        slug="orbit-kitchen",
        kind="tv",
        name="Orbit Kitchen",
        released=date(2024, 2, 1),
        overview="The cook of a space station must feed two crews that are at war and share one oven.",
        tagline="Serve it in zero G.",
        genres=("Science Fiction", "Comedy"),
        tmdb=920004,
        imdb="tt9920004",
        tvdb=990004,
        tvmaze=95004,
        rating=7.8,
        popularity=69.4,
        motif="orbits",
        palette=("#0d1b2a", "#e07a5f", "#f4f1de"),
        cast=(("Mina Solberg", "Chef Park"),),
        director="Leo Anand",
        runtime=31,
        running=True,
        episodes=_episodes(
            95004,
            date(2024, 2, 1),
            (("Mise en Place", ""), ("The Floating Souffle", ""), ("Salt Truce", "")),
        ),
    ),
)

TITLES: tuple[LabTitle, ...] = (TIN_COMET, SALT_LIGHTHOUSE, PAPER_ORCHARD, NIGHT_TRAM, *_SHELF)
MOVIES = tuple(title for title in TITLES if title.kind == "movie")
SERIES = tuple(title for title in TITLES if title.kind == "tv")
BY_SLUG = {title.slug: title for title in TITLES}


def words(text: str) -> list[str]:
    """The words of a name or question, without case and signs, as all searches compare them."""
    return "".join(sign if sign.isalnum() else " " for sign in text.lower().replace("'", "")).split()
