"""Measurements, apart from the tests: ratios against another engine in the same run, on generated data."""
