"""What a check has to say."""

from patternbank.values import Frozen


class Finding(Frozen):
    """Something wrong with a pattern, where, and what to do."""

    pattern: str
    code: str
    place: str
    text: str
    hint: str = ""
