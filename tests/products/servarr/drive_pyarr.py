"""Run by the python of the peer pyarr: the calls it has for indexers, of a RadarrAPI or a SonarrAPI."""

import importlib
import json
import sys
from typing import Any

name, url, key, id_ = sys.argv[1:]
api: Any = getattr(importlib.import_module("pyarr"), name)(url, key)
told: dict[str, Any] = {"status": api.get_system_status()["appName"]}
told["schema"] = [one["implementation"] for one in api.get_indexer_schema()]
told["one schema"] = [one["implementation"] for one in api.get_indexer_schema("Torznab")]
one = api.get_indexer(int(id_))
told["all"] = [each["name"] for each in api.get_indexer()]
told["changed"] = api.upd_indexer(int(id_), {**one, "priority": 12})["priority"]
told["tag"] = api.create_tag("films")["label"]
api.del_indexer(int(id_))
told["left"] = api.get_indexer()
print(json.dumps(told))
