"""The part of a traceback that is the user's."""

import asyncio
import os
import runpy
import traceback

_OWN = (os.path.dirname(os.path.abspath(__file__)), os.path.dirname(asyncio.__file__))


def user_traceback(error: BaseException, sdk: str) -> str:
    """Return the text of an exception, from the first frame that is the user's on.

    Inputs: the exception; the folder of the package pulumi.

    What runs the program (this host, the SDK, runpy, asyncio) comes before that frame and is
    left out; what the user's code calls comes after it and stays. The whole traceback is
    returned when no frame is the user's, except for a program that does not compile: there the
    place is in the message.
    """
    hidden = (*(folder + os.sep for folder in (*_OWN, sdk)), "<frozen ", runpy.__file__)
    report = traceback.TracebackException.from_exception(error)
    _trim(report, hidden)
    return "".join(report.format()).rstrip()


def _trim(report: traceback.TracebackException, hidden: tuple[str, ...]) -> None:
    users = (i for i, frame in enumerate(report.stack) if not frame.filename.startswith(hidden))
    first = next(users, None)
    if first is not None:
        del report.stack[:first]
    elif issubclass(report.exc_type, SyntaxError):
        report.stack.clear()
    # `from_exception` has cut any cycle among these.
    for other in (report.__cause__, report.__context__, *(report.exceptions or ())):
        if other is not None:
            _trim(other, hidden)
