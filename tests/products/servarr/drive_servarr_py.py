"""Run by the python of a peer (the packages radarr and sonarr-py): every call of its indexers."""

import importlib
import json
import sys
from typing import Any

name, url, key, base_url, base_key = sys.argv[1:]
module: Any = importlib.import_module(name)
told: dict[str, Any] = {}


def value(resource: Any, field: str) -> Any:
    return next(one for one in resource.fields if one.name == field)


configuration = module.Configuration(host=url)
configuration.api_key["X-Api-Key"] = key
with module.ApiClient(configuration) as line:
    told["status"] = module.SystemApi(line).get_system_status().app_name
    indexers = module.IndexerApi(line)
    forms = indexers.list_indexer_schema()
    told["forms"] = [form.implementation for form in forms]
    form = forms[1]
    form.name, form.enable_rss, form.priority = "Lab", True, 11
    value(form, "baseUrl").value, value(form, "apiKey").value = base_url, base_key
    indexers.test_indexer(indexer_resource=form)
    made = indexers.create_indexer(indexer_resource=form)
    told["made"] = [made.name, made.priority, value(made, "apiKey").value, value(made, "minimumSeeders").value]
    made.priority = 12
    indexers.update_indexer(made.id, indexer_resource=made)
    told["changed"] = indexers.get_indexer_by_id(made.id).priority
    indexers.testall_indexer()
    told["all"] = [one.name for one in indexers.list_indexer()]
    tag = module.TagApi(line).create_tag(tag_resource=module.TagResource(label="films"))
    told["tag"] = [tag.label, [one.label for one in module.TagApi(line).list_tag()]]
    indexers.delete_indexer(made.id)
    told["left"] = indexers.list_indexer()

print(json.dumps(told))
