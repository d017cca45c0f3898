"""The lab's indexers, for the client."""

from tests.lab_fixture import lab, lab_folder

__all__ = ["lab", "lab_folder"]
