"""The training images and labels, for the tests of what learns from them."""

import pytest


@pytest.fixture(scope="module")
def x(mnist):
    return mnist[0][0]


@pytest.fixture(scope="module")
def t(mnist):
    return mnist[0][1]
