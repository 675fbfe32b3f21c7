"""scikit-learn's network of the same shape, trained in the same way."""

import warnings

from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from benchmarks.racing import Work
from benchmarks.task import BATCH, MOMENTUM, RATE
from mnist_lib import load_mnist


def prepare_epoch() -> Work:
    """Return the work of one epoch, which goes on from the epoch before."""
    (x, t), _ = load_mnist()
    # After its one epoch the model says that it would go on.
    warnings.simplefilter("ignore", ConvergenceWarning)
    model = MLPClassifier(
        hidden_layer_sizes=(50, 100),
        activation="logistic",
        solver="sgd",
        alpha=0,
        batch_size=BATCH,
        learning_rate_init=RATE,
        momentum=MOMENTUM,
        nesterovs_momentum=False,
        max_iter=1,
        warm_start=True,
        random_state=0,
    )

    def work() -> None:
        model.fit(x, t)

    return work
