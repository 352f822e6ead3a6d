"""Tools for whoever changes the program: benchmarks, evaluation, the soak, makers of files that
ship. None is a test and none is installed; each runs as `python -m tools.NAME`.
"""
