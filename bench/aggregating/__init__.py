"""Campaigns and contenders of `bench/altimetry.py`."""
