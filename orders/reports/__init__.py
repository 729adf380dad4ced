"""Totals that anybody can derive again."""
