"""What these programs tell of themselves."""

import platform
import sys
from datetime import datetime

from matinee.products.servarr.fields import Resource


def status_row(name: str, version: str, started: datetime, *, url_base: str = "") -> Resource:
    """system/status; clients read `appName` and `version` to know whom they speak with."""
    moment = iso(started)
    return {
        "appName": name,
        "instanceName": name,
        "version": version,
        "buildTime": moment,
        "isDebug": False,
        "isProduction": True,
        "isAdmin": False,
        "isUserInteractive": False,
        "startupPath": "/app",
        "appData": "/config",
        "osName": platform.system().lower(),
        "osVersion": platform.release(),
        "isNetCore": False,
        "isLinux": sys.platform == "linux",
        "isOsx": sys.platform == "darwin",
        "isWindows": False,
        "isDocker": False,
        "mode": "console",
        "branch": "master",
        "databaseType": "sqLite",
        "databaseVersion": "3.0.0",
        "authentication": "forms",
        "migrationVersion": 1,
        "urlBase": url_base,
        "runtimeVersion": platform.python_version(),
        "runtimeName": "python",
        "startTime": moment,
        "packageVersion": "",
        "packageAuthor": "",
        "packageUpdateMechanism": "external",
        "packageUpdateMechanismMessage": "",
    }


def iso(moment: datetime) -> str:
    """A moment as these programs write it: UTC, to the second, with a Z."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
