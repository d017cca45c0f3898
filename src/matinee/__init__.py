"""Ask for a film, watch it tonight: the whole home media pipeline as one system."""

__version__ = "0.1.0"
