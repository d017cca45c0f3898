"""The products other people make: one folder each, spoken to in their own protocol."""
