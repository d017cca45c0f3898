"""Radarr, the manager of movies: we hand it our indexers, and a Prowlarr can hand us its own as if we were one."""
