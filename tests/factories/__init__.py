"""Factories: valid minimal objects, a package at a time."""
