"""FlareSolverr: a browser on call that passes the "are you human?" pages in front of some sites."""

from matinee.products.flaresolverr.client import FlareSolverr
from matinee.products.flaresolverr.solving import SolvingTransport

__all__ = ["FlareSolverr", "SolvingTransport"]
