"""Nominal years of records."""

import numpy as np
from numpy.typing import NDArray

def nominal_years(years: NDArray[np.int64], months: NDArray[np.int64]) -> NDArray[np.int64]:
    """The nominal year of stamps, of which year and month (1 to 12) decide."""
