"""The kernel and the composition root of the shop."""
