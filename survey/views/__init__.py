"""The start page and the four steps: `entry` has the views, one module each answers a step."""
