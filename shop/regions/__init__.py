"""Administrative areas and the dated lists that name some of them."""
