"""NZBGet can fill the role of the usenet engine."""
