"""The ways to a port at the VPN's far end: every provider leads strangers to us by a call of its own, or by none."""
