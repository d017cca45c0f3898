"""What the house hands to its programs at the door, and to nobody else: the names of the variables that carry it."""

TORRENT_PASSWORD = "MATINEE_TORRENT_PASSWORD"  # noqa: S105  the variable's name, not a password
TORRENT_PROXY = "MATINEE_TORRENT_PROXY"  # as socks5://user:password@host:port
TUNNEL_PASSWORD = "MATINEE_TUNNEL_PASSWORD"  # noqa: S105
USENET_KEY = "MATINEE_USENET_KEY"
USENET_ADDING_KEY = "MATINEE_USENET_NZB_KEY"
USENET_RULES = "MATINEE_USENET_RULES"  # as JSON: news servers, preferences, quota and schedule of the settings
