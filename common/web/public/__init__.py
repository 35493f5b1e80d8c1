"""What the public finds first: icons, manifest, languages, the index of the API."""
