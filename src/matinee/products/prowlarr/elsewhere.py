"""What Prowlarr has and the house has by other means: download clients and messages, as empty lists with forms."""

from matinee.products.prowlarr.providers import Nothing
from matinee.products.servarr.fields import Resource, field, filled


def download_clients() -> Nothing:
    """The house's own engine downloads what is grabbed, or the client in its settings."""
    fields = [
        field("host", "Host", "localhost"),
        field("port", "Port", 8080, "number"),
        field("useSsl", "Use SSL", False, "checkbox", advanced=True),
        field("urlBase", "Url Base", "", advanced=True),
        field("username", "Username", "", privacy="userName"),
        field("password", "Password", "", "password", privacy="password"),
        field("category", "Default Category", "prowlarr"),
    ]
    form = {
        **_form("QBittorrent", "qBittorrent", fields),
        "enable": True,
        "protocol": "torrent",
        "priority": 1,
        "categories": [],
        "supportsCategories": True,
    }
    return Nothing(
        "downloadclient",
        [form],
        "what is grabbed goes to the house's own download client: set it up in its settings, not here",
    )


def notifications() -> Nothing:
    """The house sends no messages of its own accord yet."""
    fields = [
        field("url", "URL", "", "url"),
        field("method", "Method", 1, "select", options=((1, "POST"), (2, "PUT"))),
        field("username", "Username", "", privacy="userName"),
        field("password", "Password", "", "password", privacy="password"),
    ]
    switches = ("onGrab", "onHealthIssue", "onHealthRestored", "onApplicationUpdate", "includeManualGrabs")
    supports = ("supportsOnGrab", "supportsOnHealthIssue", "supportsOnHealthRestored", "supportsOnApplicationUpdate")
    form = {
        **_form("Webhook", "Webhook", fields),
        **dict.fromkeys((*switches, *supports, "includeHealthWarnings"), False),
        "link": "",
    }
    return Nothing("notification", [form], "the indexers send no messages of their own: see the house's settings")


def _form(implementation: str, name: str, fields: list[Resource]) -> Resource:
    return {
        "id": 0,
        "name": "",
        "fields": filled(fields, {}),
        "implementationName": name,
        "implementation": implementation,
        "configContract": f"{implementation}Settings",
        "infoLink": f"https://wiki.servarr.com/prowlarr/supported#{implementation.lower()}",
        "tags": [],
        "presets": [],
    }
