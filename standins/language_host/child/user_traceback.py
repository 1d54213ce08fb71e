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
    told = traceback.TracebackException.from_exception(error)
    _trim(told, hidden)
    return "".join(told.format()).rstrip()


def _trim(told: traceback.TracebackException, hidden: tuple[str, ...]) -> None:
    users = (i for i, frame in enumerate(told.stack) if not frame.filename.startswith(hidden))
    first = next(users, None)
    if first is not None:
        del told.stack[:first]
    elif issubclass(told.exc_type, SyntaxError):
        told.stack.clear()
    # `from_exception` has cut any cycle among these.
    for other in (told.__cause__, told.__context__, *(told.exceptions or ())):
        if other is not None:
            _trim(other, hidden)
