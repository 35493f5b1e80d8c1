"""What `manage.py evaluate` can measure: one module for each mode."""
