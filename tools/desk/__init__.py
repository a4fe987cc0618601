"""Writes the data of the service desk from hand-written banks: `python -m tools.desk`."""
