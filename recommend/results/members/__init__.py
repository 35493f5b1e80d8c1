"""What a member reads of the results that they keep."""
