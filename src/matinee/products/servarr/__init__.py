"""What Radarr, Sonarr and Prowlarr have in common: fields, failures, keys and the messages about indexers."""
