"""The demo: one evening at home, from two wishes to the screen, with everything real but the internet."""

from matinee.demo.evening import Failed, run_demo

__all__ = ["Failed", "run_demo"]
