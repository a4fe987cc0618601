"""What survives a crash: objects in SQLite, and files beside it."""
