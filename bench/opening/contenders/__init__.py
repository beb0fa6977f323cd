"""What is measured. Each function prepares (imports too, untimed) and returns the function that is timed.

Nunatak's run in the project's environment, the others in that of `bench/peers.txt`; so nothing here may
import what only one of the two has at the top of a module.
"""
