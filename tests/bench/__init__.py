"""Measurements of the whole house, each against something else in the same run. `python -m tests.bench`"""
