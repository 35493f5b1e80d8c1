"""What only staff read: which platform wins, and what a change would mean for personas."""
