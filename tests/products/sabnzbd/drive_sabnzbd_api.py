"""Run by the python of sabnzbd-api's own folder: every call it has, and what it was answered."""

import importlib
import json
import sys
from typing import Any
from urllib.parse import urlsplit

clients: Any = importlib.import_module("sabnzbd_api")


def main(url: str, key: str, complete: str) -> dict[str, Any]:
    parts = urlsplit(url)
    client = clients.SabnzbdClient(f"http://{parts.hostname}", key, port=str(parts.port))
    told: dict[str, Any] = {"login": client.check_login()}
    told["server"] = client.add_server({"name": "second", "host": "second.test", "port": 119, "ssl": 0})
    told["category"] = client.create_category("shows", f"{complete}/shows")
    told["forgotten"] = client.delete_category("shows")
    (first,) = client.get_downloads(search="tin", start=0, limit=10)["queue"]["slots"]
    told["first"], id = first["filename"], first["nzo_id"]
    told["added"] = client.add_uri("http://indexer.test/Night.Tram.nzb", nzbname="Night Tram", cat="films", priority=1)
    told["refused"] = client.add_uri(file="/etc/passwd")
    told["paused"], told["resumed"] = client.pause_job(id), client.resume_job(id)
    told["all"] = [client.pause_all(), client.resume_all()]
    told["files"] = len(client.get_files(id)["files"])
    told["file"] = client.remove_file(id, "f1")
    told["options"] = client.change_job_pp(id, 3)
    told["history"] = len(client.get_history(limit=5, failed_only=True)["history"]["slots"])
    told["retried"] = client.retry_item("SABnzbd_nzo_failed")
    told["retried_all"] = client.retry_all()
    told["cleared"] = client.delete_history("none")
    told["limited"] = client.set_speedlimit("4M")
    told["checks"] = client.set_config("misc", "pre_check", "1")
    told["misc"] = client.get_config("misc", "pre_check")
    told["locked"] = client.set_config("misc", "complete_dir", "/")
    told["planned"] = client.set_config("misc", "schedlines", "1 0 23 12345 speedlimit 2M")
    told["quota"] = client.set_config("misc", "quota_size", "100G")
    told["quotas"] = [client.get_config("misc", one) for one in ("quota_size", "quota_period")]
    told["left"] = client.get_downloads()["queue"]["left_quota"]
    told["stats"] = client.server_stats()["day"]
    told["version"] = client.version()
    told["ended"] = [client.restart(), client.restart_repair(), client.shutdown(), client.set_config_default("x")]
    told["deleted"] = client.delete_job(id, delete_files=True)
    told["purged"] = client.purge_all(delete_files=True)["status"]
    return told


print(json.dumps(main(*sys.argv[1:])))
