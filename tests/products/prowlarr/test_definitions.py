"""The forms of definitions: a small one of ours, and the whole shelf where somebody has one."""

from pathlib import Path

import pytest

from matinee.engines.indexer.shelf.library import Library
from matinee.kernel.database import Database
from tests.products.prowlarr.test_prowlarr_server import V1, values
from tests.products.servarr.street import Fake, Street, offer, our_house

SHELF = Path(__file__).parents[4] / "shared" / "definitions"
SMALL = """
id: lab
name: Lab
description: Films of the lab
language: en-US
type: private
encoding: UTF-8
links:
  - https://lab.example/
  - https://lab2.example/
legacylinks:
  - https://old.example/
caps:
  categorymappings:
    - {id: 1, cat: Movies/HD, desc: Films}
  modes:
    search: [q]
    movie-search: [q, imdbid]
settings:
  - name: username
    type: text
    label: User
  - name: password
    type: password
    label: Password
  - name: freeleech
    type: checkbox
    label: Only free ones
    default: false
  - name: sort
    type: select
    label: Order
    default: created
    options:
      seeders: by seeders
      created: by date
login:
  method: post
  path: login
  inputs:
    user: "{{ .Config.username }}"
search:
  paths:
    - path: browse
  rows:
    selector: tr
  fields:
    title:
      selector: a
    download:
      selector: a
      attribute: href
    size:
      text: 4 GB
    details:
      selector: a
      attribute: href
    seeders:
      text: 1
    leechers:
      text: 1
    date:
      text: now
    category:
      text: 1
"""


async def test_a_definition_is_a_form_and_its_answers_are_kept(
    on_sqlite: Database, street: Street, tmp_path: Path
) -> None:
    folder = tmp_path / "definitions"
    folder.mkdir()
    (folder / "lab.yml").write_text(SMALL)
    library = Library(folder, tmp_path / "state")
    async with our_house(on_sqlite, street, definitions=library) as ours, ours.client() as client:
        ours.fakes["Lab"] = Fake(releases=(offer(),))
        forms = (await client.get(f"{V1}/indexer/schema")).json()
        form = next(one for one in forms if one["definitionName"] == "lab")
        assert (form["implementation"], form["privacy"], form["name"]) == ("Cardigann", "private", "Lab")
        assert form["indexerUrls"] == ["https://lab.example/", "https://lab2.example/"]
        assert form["legacyUrls"] == ["https://old.example/"]
        assert form["capabilities"]["movieSearchParams"] == ["q", "imdbId"]
        sort = next(one for one in form["fields"] if one["name"] == "sort")
        assert [one["name"] for one in sort["selectOptions"]] == ["by date", "by seeders"]
        told = {
            "username": "me",
            "password": "hush-hush",
            "freeleech": True,
            "sort": 1,
            "baseUrl": form["indexerUrls"][1],
        }
        for field in form["fields"]:
            field["value"] = told.get(field["name"], field["value"])
        answer = await client.post(f"{V1}/indexer", json={**form, "enable": True})
        assert answer.status_code == 201, answer.text
        stored = ours.hub.seat(answer.json()["id"]).stored
        assert (stored.kind, stored.definition) == ("cardigann", "lab")
        kept = {name: stored.settings[name] for name in ("url", "username", "password", "freeleech", "sort")}
        assert list(kept.values()) == ["https://lab2.example/", "me", "hush-hush", "true", "seeders"]
        assert "password" in stored.secrets
        shown = values(answer.json())
        assert (shown["password"], shown["sort"], shown["freeleech"]) == ("********", 1, True)
        assert (shown["definitionFile"], shown["baseUrl"]) == ("lab", "https://lab2.example/")
        again = await client.put(f"{V1}/indexer/{stored.id}", json=answer.json())
        assert again.status_code == 202
        assert ours.hub.seat(stored.id).stored == stored
        urls = (await client.post(f"{V1}/indexer/action/getUrls", json=answer.json())).json()
        assert [one["value"] for one in urls["options"]] == form["indexerUrls"]
        form["definitionName"] = "nobody"
        form["fields"] = [one for one in form["fields"] if one["name"] != "definitionFile"]
        assert (await client.post(f"{V1}/indexer", json={**form, "name": "x"})).status_code == 400


async def test_every_definition_of_a_shelf_has_a_form(on_sqlite: Database, street: Street, tmp_path: Path) -> None:
    if not any(SHELF.rglob("*.yml")):
        pytest.skip("no shelf of definitions beside the house (../shared/definitions)")
    library = Library(SHELF, tmp_path / "state")
    async with our_house(on_sqlite, street, definitions=library) as ours, ours.client() as client:
        forms = (await client.get(f"{V1}/indexer/schema")).json()
    names = {one["definitionName"] for one in forms if one["implementation"] == "Cardigann"}
    assert len(names) > 100
    assert names == set(library.ids())
