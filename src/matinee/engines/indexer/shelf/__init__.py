"""The shelf of definitions: where they come from, which of them work, and how one is tried."""
