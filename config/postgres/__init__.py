"""Django's PostgreSQL backend, which prepares its server: `ENGINE = "config.postgres"`."""
