"""Where an indexer is asked, however its owner wrote it down."""

from urllib.parse import urlsplit

from matinee.products.newznab.presets import api_path_of


def api_address(url: str, api_path: str | None) -> str:
    """The address that takes `?t=`: people paste it with and without its last part."""
    plain = url.strip().partition("?")[0].partition("#")[0].rstrip("/")
    path = (api_path or api_path_of(plain)).strip("/")
    return plain if plain.endswith(("/api", f"/{path}")) else f"{plain}/{path}"


def site_of(url: str) -> str:
    """The address without a path or what may be secret in it."""
    try:
        parts = urlsplit(url.strip())
        return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}/" if parts.hostname else ""
    except ValueError:
        return ""
