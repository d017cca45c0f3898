"""Gluetun: the VPN in a container of its own, asked through its control server; our tunnel answers as it does."""
