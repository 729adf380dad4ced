"""Cooperatives, enterprises, bases, households, certificates and batches."""
