"""One file of examples becomes one model."""
