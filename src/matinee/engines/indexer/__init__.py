"""Our own indexers: sites that are run from definitions, feeds of torrents, and a library that is open to all."""
