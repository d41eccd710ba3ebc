"""What can go wrong in the bank; every error says what to do about it."""


class PatternBankError(Exception):
    """The bank cannot do what was asked; ``hint`` says what would help."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


class ManifestError(PatternBankError):
    """A pattern's folder or manifest is not as it must be."""


class TemplateError(PatternBankError):
    """A template cannot be compiled or rendered with the view that it was given."""


class CompositionError(PatternBankError):
    """Rendered pieces do not fit together in one file."""


class FormattingError(PatternBankError):
    """The formatter refused a rendered file."""


class UnknownPatternError(PatternBankError):
    """The bank holds no such pattern or version."""


class UnknownLessonError(PatternBankError):
    """The bank holds no such lesson or proposal."""


class VersionConflictError(PatternBankError):
    """A version is in the bank already, with other contents."""


class LifecycleError(PatternBankError):
    """A pattern may not go from its state to the one that was asked for."""


class StoreError(PatternBankError):
    """The place that keeps the patterns cannot be read or written."""


class IndexUnreachableError(StoreError):
    """The vector index does not answer; the graph still does."""


class IndexMismatchError(StoreError):
    """The vector index was made for other signatures, another model, or is not there."""


class PackError(PatternBankError):
    """A pack cannot be taken in, or cannot be made."""
