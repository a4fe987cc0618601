"""Many trainings, one question each. They take hours, so their results are kept as files, which lessons show."""
