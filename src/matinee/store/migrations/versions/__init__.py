"""The steps by which the memory has grown, in order."""
