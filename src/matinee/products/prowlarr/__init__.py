"""Prowlarr, the desk of indexers: we answer as one, and hand our indexers to Radarr and Sonarr as one does."""
