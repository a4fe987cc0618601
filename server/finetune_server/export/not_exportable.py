"""Why a model cannot leave in a format."""


class NotExportable(ValueError):
    """The model cannot be written in this format; the message says why, without a full stop."""
