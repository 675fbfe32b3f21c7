"""Draw the README's pictures with the course's own figures: ``make pictures``."""

import base64
import io
from pathlib import Path

import nbformat
import numpy as np
from PIL import Image

from mnist_lib import get_data, init_network
from mnist_lib.checks import Network
from mnist_lib.figures import draw_flow
from mnist_lib.network import predict_layers
from mnist_lib.pen import load_drawings
from mnist_lib.widgets.pad import view_drawing

PROJECT = Path(__file__).resolve().parents[1]
PICTURES = PROJECT / "docs" / "pictures"
COLOURS = 256


def main() -> None:
    """Draw all pictures, and print how large the files are."""
    network = init_network()
    x, _ = get_data()
    PICTURES.mkdir(parents=True, exist_ok=True)
    for name, png in {
        "shapes": draw_flow(flow(network, x[0]), flow(network, x[:100])).png,
        "weights": stored_picture("08_training", 'draw_weights(network["W1"][:, :20]'),
        "batch_size": stored_picture("04_batched_inference", "choose_batch_size("),
        "pad": pad(network),
    }.items():
        path = PICTURES / f"{name}.png"
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
        print(f"{path.relative_to(PROJECT)}: {picture.size}, {path.stat().st_size:,} bytes")


def flow(network: Network, x: np.ndarray) -> Network:
    """Return the arrays that images and weights become on their way through the network."""
    layers = predict_layers(network, x)
    names = ["x", "W1", "z1", "W2", "z2", "W3", "y"]
    return {name: network[name] if name in network else layers[name] for name in names}


def stored_picture(notebook: str, call: str) -> bytes:
    """Return the picture that a notebook stores of a call that takes long, or measures times."""
    cells = nbformat.read(PROJECT / "notebooks" / f"{notebook}.ipynb", as_version=4).cells
    (data,) = (
        output.data["image/png"]
        for cell in cells
        if cell.cell_type == "code" and call in cell.source
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    )
    return base64.b64decode(data)


def pad(network: Network) -> bytes:
    """Return what the network makes of a drawing that comes with the library."""
    drawing = next(drawing for drawing in load_drawings() if drawing.label == 3)
    _, picture = view_drawing(network, [stroke.tolist() for stroke in drawing.strokes])
    return picture.png


if __name__ == "__main__":
    main()
