"""What operator commands share: their base, arguments and progress."""
