"""The face: our own API, live events, and the pages people touch."""
