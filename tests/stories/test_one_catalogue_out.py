"""Every catalogue has a bad night in turn, and the house goes on: it finds, it opens titles, it takes wishes."""

import pytest

from matinee.lab import Lab
from matinee.lab.catalogue import NIGHT_TRAM
from matinee.lab.troubles import CATALOGUES
from tests.stories.house import RunningHouse

REF = f"series-tmdb-{NIGHT_TRAM.tmdb}"


@pytest.mark.parametrize("source", CATALOGUES)
async def test_a_search_answers_and_a_title_opens_while_one_catalogue_is_out(
    lab: Lab, house: RunningHouse, source: str
) -> None:
    lab.troubles.tell({source: "down"})
    found = await house.guest.http.get("/api/search", params={"q": "night tram"})
    assert [card["name"] for card in found.json()["cards"]] == [NIGHT_TRAM.name]
    title = (await house.guest.http.get(f"/api/titles/{REF}")).json()
    assert title["ref"] == REF and len(title["seasons"][0]["episodes"]) == len(NIGHT_TRAM.episodes)
    assert title["poster"]
    poster = await house.guest.http.get(f"{title['poster']}&w=342")
    assert poster.status_code == 200
