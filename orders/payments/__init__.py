"""Payment: one protocol, and an adapter for each channel."""
