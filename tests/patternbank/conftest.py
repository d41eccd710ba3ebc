"""Property tests try the same cases in every run, on slow machines as well."""

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True)
settings.load_profile("steady")
