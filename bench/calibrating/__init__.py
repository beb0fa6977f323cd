"""The calibration of altimetry's error budget: campaigns whose answer is known, and real data."""
