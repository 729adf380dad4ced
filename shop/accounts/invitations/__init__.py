"""Colleagues: inviting them, who they are, and ending what they are."""
