"""What is wrong with a form is told field by field, in the words these programs expect."""

from collections.abc import Sequence
from typing import Any

from matinee.kernel.errors import Refused

Failure = dict[str, Any]


class Invalid(Exception):
    """A form that cannot be taken: answered as HTTP 400 with the list of what is wrong."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        super().__init__("; ".join(str(one["errorMessage"]) for one in failures))
        self.failures = list(failures)


def failure(property: str, message: str, *, is_warning: bool = False) -> Failure:
    """One complaint; `property` is the field it is about, or empty."""
    return {
        "isWarning": is_warning,
        "propertyName": property,
        "errorMessage": message,
        "severity": "warning" if is_warning else "error",
    }


def refusal(error: Refused, property: str = "") -> Invalid:
    """The house's refusal in their words."""
    return Invalid([failure(property or error.field or "", str(error))])
