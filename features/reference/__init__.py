"""Reference tables that ship with the service and the plain loaders that read them; sources stand in SOURCES.md."""
