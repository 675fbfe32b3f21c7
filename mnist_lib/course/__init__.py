"""Around the lessons: the environment check, and what is left out when a notebook is saved."""

from mnist_lib.course.environment import check_environment

__all__ = ["check_environment"]
