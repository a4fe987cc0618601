"""Tells other programs of jobs and batches that have ended, by requests to addresses that they gave."""
