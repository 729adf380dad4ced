"""Help by role: what one does here, in which order, and true answers to common questions."""
