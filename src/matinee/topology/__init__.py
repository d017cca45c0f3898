"""The map is the program: declared in the owner's file, probed live, and printed again as the document."""

from matinee.topology.declared import load, read
from matinee.topology.model import Topology

__all__ = ["Topology", "load", "read"]
