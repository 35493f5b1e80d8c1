"""Django's PostgreSQL backend with a server behind it: `ENGINE = "config.postgres"`."""
