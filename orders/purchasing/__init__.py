"""Orders as their buyers and sellers handle them: placed, approved, confirmed, followed."""
