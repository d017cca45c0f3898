"""A page is read: what stands in its rows becomes releases."""
