"""The lab is a little internet on loopback: the demo and the tests find there what Matinee finds outside."""

from matinee.lab.faults import Faults, IndexerFault
from matinee.lab.lab import Lab, run_lab
from matinee.lab.street import Addresses

__all__ = ["Addresses", "Faults", "IndexerFault", "Lab", "run_lab"]
