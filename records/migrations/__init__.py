"""The database's history: one file a change under versions/, oldest first."""
