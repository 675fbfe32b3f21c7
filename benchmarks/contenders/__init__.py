"""The library and others that do the same work, each written as well as it allows.

Each stands in a module of its own, so that its process imports nothing else.
"""
