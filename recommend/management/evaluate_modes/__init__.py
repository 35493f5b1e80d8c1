"""What `manage.py evaluate` can measure, one module a mode."""
