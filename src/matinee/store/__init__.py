"""The memory of the house, one file a noun: what is kept of it and how it is asked for."""
