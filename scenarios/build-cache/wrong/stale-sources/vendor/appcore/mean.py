"""The arithmetic mean: by the native library where it can be loaded, else in Python."""

import ctypes
import math

from appcore.settings import FASTMEAN_LIB


def _load():
    try:
        library = ctypes.CDLL(FASTMEAN_LIB)
        function = library.fastmean
    except (OSError, AttributeError):
        return None
    function.argtypes = [ctypes.POINTER(ctypes.c_double), ctypes.c_size_t]
    function.restype = ctypes.c_double
    return function


_native = _load()

ENGINE = "python" if _native is None else "native"


def mean(values):
    """Mean of at least one float. Raises OverflowError where the sum is too large for a float."""
    if _native is None:
        return math.fsum(values) / len(values)
    return _native((ctypes.c_double * len(values))(*values), len(values))
