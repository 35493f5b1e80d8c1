"""What pages draw in place of pictures that are not ours: covers and marks of platforms. Pure."""
