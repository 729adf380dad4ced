"""The demonstration world: invented people and organisations on real places."""
