"""Errors of the models package.

ModelError
├── ModelRefused      a model file that is missing, altered, of another feature list, or without its card
└── TooFewLabels      responses from which nothing can be learned
"""


class ModelError(Exception):
    """Anything the models package refuses."""


class ModelRefused(ModelError):
    """A model that may not be used; the message says why and that matches are ordered without it."""


class TooFewLabels(ModelError):
    """Responses from which nothing can be learned: too few, or all alike."""
