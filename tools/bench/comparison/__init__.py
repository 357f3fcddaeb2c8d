"""Measuring servers against each other; the program is tools/bench/compare.py."""
