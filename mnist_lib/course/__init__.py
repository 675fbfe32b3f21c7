"""Around the lessons: the check of the environment, and what is saved of a notebook."""

from mnist_lib.course.environment import check_environment

__all__ = ["check_environment"]
