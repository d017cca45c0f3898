"""Run by the python of the peer: every call of prowlarr-py that reads, and those that write."""

import importlib
import inspect
import json
import sys
from typing import Any

prowlarr: Any = importlib.import_module("prowlarr")
url, key, indexer_id, label_id = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
SKIPPED = ("StaticResourceApi", "AuthenticationApi")  # pages, not data
GONE = ("get_log_file_by_filename", "get_log_file_update_by_filename")  # files there are none of
told: dict[str, Any] = {"read": [], "refused": []}


def client() -> Any:
    configuration = prowlarr.Configuration(host=url)
    configuration.api_key["X-Api-Key"] = key
    return prowlarr.ApiClient(configuration)


def argument(api: str, name: str, kind: Any) -> Any:
    ids = {"IndexerApi": indexer_id, "NewznabApi": indexer_id, "TagApi": label_id, "TagDetailsApi": label_id}
    known = {"id": ids.get(api, 1), "t": "caps", "var_date": None, "indexer_id": indexer_id, "link": "x", "file": "y"}
    return known.get(name)


def read_all(api: Any) -> None:
    name = type(api).__name__
    for method_name, method in inspect.getmembers(api, inspect.ismethod):
        is_read = method_name.startswith(("get_", "list_")) and not method_name.endswith(("_info", "_content"))
        if not is_read or method_name in GONE:
            continue
        needed = {
            one.name: argument(name, one.name, one.annotation)
            for one in inspect.signature(method).parameters.values()
            if not one.name.startswith("_") and (one.default is inspect.Parameter.empty or one.name == "t")
        }
        if method_name == "get_indexer_download":
            continue
        try:
            method(**needed)
            told["read"].append(f"{name}.{method_name}")
        except prowlarr.exceptions.NotFoundException:
            told["refused"].append(f"{name}.{method_name}")


with client() as line:
    for name in dir(prowlarr):
        if name.endswith("Api") and name not in SKIPPED:
            read_all(getattr(prowlarr, name)(line))

    indexers = prowlarr.IndexerApi(line)
    forms = indexers.list_indexer_schema()
    told["forms"] = sorted({form.implementation for form in forms})
    form = next(one for one in forms if one.implementation == "Torznab")
    form.name, form.enable, form.app_profile_id, form.priority = "Second", True, 1, 11
    next(one for one in form.fields if one.name == "baseUrl").value = "https://second.example"
    next(one for one in form.fields if one.name == "apiKey").value = "secret-of-second"
    made = indexers.create_indexer(indexer_resource=form)
    told["made"] = [made.name, made.priority, made.capabilities.movie_search_params]
    told["masked"] = next(one for one in made.fields if one.name == "apiKey").value
    made.priority = 12
    indexers.update_indexer(str(made.id), indexer_resource=made)
    told["changed"] = indexers.get_indexer_by_id(made.id).priority
    bulk = prowlarr.IndexerBulkResource(ids=[made.id], enable=False, priority=13)
    indexers.put_indexer_bulk_without_preload_content(
        indexer_bulk_resource=bulk
    )  # its contract says one, the product many
    told["bulk"] = [indexers.get_indexer_by_id(made.id).enable, indexers.get_indexer_by_id(made.id).priority]
    indexers.test_indexer(indexer_resource=made)
    indexers.testall_indexer()
    indexers.delete_indexer(made.id)
    told["left"] = [one.name for one in indexers.list_indexer()]

    searches = prowlarr.SearchApi(line)
    found = searches.list_search(query="tin comet", indexer_ids=[indexer_id], categories=[2000])
    told["found"] = [one.title for one in found]
    searches.create_search(release_resource=found[0])

    tag = prowlarr.TagApi(line).create_tag(tag_resource=prowlarr.TagResource(label="films"))
    told["tag"] = [tag.label, tag.id == prowlarr.TagApi(line).get_tag_by_id(tag.id).id]
    command = prowlarr.CommandApi(line).create_command(command_resource=prowlarr.CommandResource(name="CheckHealth"))
    told["command"] = prowlarr.CommandApi(line).get_command_by_id(command.id).name
    proxy = next(
        one for one in prowlarr.IndexerProxyApi(line).list_indexer_proxy_schema() if one.implementation == "Socks5"
    )
    proxy.name = "Way out"
    next(one for one in proxy.fields if one.name == "host").value = "way.example"
    told["proxy"] = prowlarr.IndexerProxyApi(line).create_indexer_proxy(indexer_proxy_resource=proxy).name
    app = next(
        one for one in prowlarr.ApplicationApi(line).list_applications_schema() if one.implementation == "Radarr"
    )
    app.name, app.sync_level = "Cinema", "fullSync"
    next(one for one in app.fields if one.name == "apiKey").value = "their-secret-key"
    told["app"] = prowlarr.ApplicationApi(line).create_applications(force_save=True, application_resource=app).name
    told["stats"] = [one.number_of_grabs for one in prowlarr.IndexerStatsApi(line).get_indexer_stats().indexers]
    told["history"] = [one.event_type for one in prowlarr.HistoryApi(line).get_history(page_size=50).records]

print(json.dumps(told))
