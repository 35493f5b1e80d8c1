"""Shared by all apps: errors, locks, the ledger of loads, CSV and Parquet tables, admin bases."""
