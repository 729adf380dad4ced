"""Batches assigned, goods dispatched, weighed in and accepted."""
