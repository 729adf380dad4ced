"""What somebody means to buy, before it is an order."""
