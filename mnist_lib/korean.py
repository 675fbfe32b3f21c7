"""Speak Korean: ``import mnist_lib.korean`` is the first line of each Korean lesson."""

from mnist_lib.language import use

use("ko")
