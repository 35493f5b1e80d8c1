"""The rotation plan: which products to pay for in each month of a year."""
