"""Many trainings, one question each: results that lesson 9 shows. They take hours, so they are kept as files."""
