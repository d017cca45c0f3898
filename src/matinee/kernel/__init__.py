"""Plumbing: configuration, memory, durable journeys, events, locks and wires; it knows no film."""
