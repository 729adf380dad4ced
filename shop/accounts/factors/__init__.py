"""The second factor: codes of a telephone besides the password, and what stands in for them."""
