"""Where everything of the map stands on paper."""
