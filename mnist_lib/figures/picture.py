"""What a picture is: a figure as pixels with a text alternative, in the style of the course."""

import base64
import contextlib
import dataclasses
import functools
import html
import io
import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.category import StrCategoryFormatter
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.text import Text
from matplotlib.ticker import FixedFormatter, FuncFormatter
from PIL import Image

from mnist_lib import language
from mnist_lib.checks import check_type

# Okabe and Ito's palette, which color-blind readers can tell apart.
BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#5F6368"
LIGHT_BLUE = "#DCEAF4"

# In a window 1,000 pixels wide, with JupyterLab's file list open, a picture of this width is not
# scaled down, and its text keeps its size.
CONTROL_INCHES = 5.8

_PIXELS_PER_INCH = 144
_SCREEN_PIXELS_PER_INCH = 96

FONT = Path(__file__).parents[1] / "messages" / "Course Hangul.ttf"
"""Letters that Matplotlib's own font lacks; ``scripts/make_font.py`` makes it."""

WORDED = (FixedFormatter, FuncFormatter, StrCategoryFormatter)
_COURSE = Path(__file__).parents[1] / "course.mplstyle"
_SETTINGS = mpl.rc_params_from_file(_COURSE, use_default_template=True)
# All settings that a figure's look depends on, and none of the windows, keys and files.
_LOOKS = re.compile(
    "axes|figure|font|grid|hatch|image|legend|lines|markers|mathtext|patch|path|text|[xy]tick"
)
_STYLE = {name: value for name, value in _SETTINGS.items() if _LOOKS.match(name)}
_DRAWING = threading.RLock()


class Picture:
    """A figure as pixels, with a text that says the same to readers who cannot see it.

    A notebook shows it when it is the last value of a cell. Anywhere else in a cell, as in a
    loop, use ``display(picture)``. A script shows nothing: write `png` to a file.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What to show. It is drawn at once; later changes to it have no effect.
    alt : str
        The text alternative: what there is to see, in a sentence or two.

    Attributes
    ----------
    png : bytes
        The picture as a PNG file: on opaque white, so that it is readable on a dark page, too.
    width, height : int
        Its size on a page, in CSS pixels.
    """

    def __init__(self, figure: Figure, alt: str) -> None:
        check_type("figure", figure, Figure, "a Matplotlib figure")
        check_type("alt", alt, str, "a sentence")
        if not alt.strip():
            raise ValueError("alt is empty. Say in a sentence what there is to see.")
        self.alt = language.said(alt)
        self.width = round(figure.get_figwidth() * _SCREEN_PIXELS_PER_INCH)
        self.height = round(figure.get_figheight() * _SCREEN_PIXELS_PER_INCH)
        self.png = _to_png(figure)
        # Otherwise pyplot would show its figure a second time, without the text.
        plt.close(figure)

    def to_html(self) -> str:
        """Return the picture as an HTML element that needs no other file."""
        data = base64.b64encode(self.png).decode("ascii")
        return (
            f'<img src="data:image/png;base64,{data}" alt="{html.escape(self.alt)}" '
            f'width="{self.width}" height="{self.height}" style="max-width: 100%; height: auto">'
        )

    def __repr__(self) -> str:
        return f"{language.said('Picture')}: {self.alt}"

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, Any], dict[str, Any]]:
        # JupyterLab shows the HTML, which has the text alternative; sites that strip HTML from
        # notebooks show the PNG; a terminal shows the text, and tests compare it.
        data = {"text/plain": repr(self), "text/html": self.to_html(), "image/png": self.png}
        return data, {"image/png": {"alt": self.alt, "width": self.width}}


def _to_png(figure: Figure) -> bytes:
    # savefig would draw twice, the first time only to measure, and compress for three times as
    # long. A picture that follows a slider has a tenth of a second for everything.
    figure.set_dpi(_PIXELS_PER_INCH)
    canvas = FigureCanvasAgg(figure)
    with _in_the_language(figure):
        canvas.draw()
    buffer = io.BytesIO()
    pixels = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    pixels.save(buffer, "png", compress_level=3)
    return buffer.getvalue()


@contextlib.contextmanager
def _in_the_language(figure: Figure) -> Iterator[None]:
    """Have the texts of a figure in the reader's language while it is drawn."""
    if language.current() == language.ENGLISH:
        yield
        return
    _add_font()
    own = [
        (text, {"text": text.get_text(), "font": text.get_fontproperties().copy()})
        for text in figure.findobj(Text)
    ]
    try:
        for text, theirs in own:
            said = language.said(theirs["text"])
            text.set(text=said, fontfamily=[*text.get_fontfamily(), FONT.stem])
            # The font has no bold letters, and half of a title in bold looks like a mistake.
            if said != theirs["text"]:
                text.set_fontweight("normal")
        with _with_said_ticks(figure):
            yield
    finally:
        for text, theirs in own:
            text.set(**theirs)


@contextlib.contextmanager
def _with_said_ticks(figure: Figure) -> Iterator[None]:
    """Have the words along an axis in the reader's language, which its formatter writes anew."""
    axes = [axis for ax in figure.axes for axis in (ax.xaxis, ax.yaxis)]
    own = {axis: axis.get_major_formatter() for axis in axes}
    worded = {axis: of for axis, of in own.items() if isinstance(of, WORDED)}
    for axis, formatter in worded.items():
        axis.major.formatter = FuncFormatter(
            lambda x, pos, write=formatter: language.said(str(write(x, pos)))
        )
        axis.major.formatter.set_axis(axis)
    try:
        yield
    finally:
        for axis, formatter in worded.items():
            axis.major.formatter = formatter


@functools.cache
def _add_font() -> None:
    fontManager.addfont(FONT)
    # What stays English may be bold; Matplotlib would complain that this font has no bold letters.
    fontManager.ttflist.append(dataclasses.replace(fontManager.ttflist[-1], weight=700))


@contextlib.contextmanager
def course_style() -> Iterator[None]:
    """Draw in the style of the course, whatever the reader's own settings are."""
    settings = mpl.rcParams
    with _DRAWING:
        theirs = {name: settings[name] for name in _STYLE if settings[name] != _STYLE[name]}
        settings.update({name: _STYLE[name] for name in theirs})
        try:
            yield
        finally:
            # All threads share these settings. While a control draws in its own thread, a cell
            # may change them: what it has set must stay, so only what is still ours goes back.
            settings.update(
                {name: old for name, old in theirs.items() if settings[name] == _STYLE[name]}
            )


def write(ax: Axes, x: float, y: float, text: object, size: int = 12, **style: object) -> Text:
    """Write a text, centered at a point."""
    return ax.text(x, y, str(text), fontsize=size, **{"ha": "center", "va": "center"} | style)


class Stage(Figure):
    """A figure whose axes have fixed places, and on which only a few artists are redrawn.

    Measuring the labels to find a place for the axes, and drawing both again, would take most
    of the time of a picture that follows a slider. `height` and the margins are in inches;
    ``wspace`` and ``hspace`` are fractions of the size of the axes.
    """

    moving: Sequence[Artist] = ()
    """What changes from picture to picture. The rest is drawn once in each language."""

    _still: object = None
    _language = ""

    def __init__(self, height: float, **margins: float) -> None:
        super().__init__(figsize=(CONTROL_INCHES, height), layout="none", dpi=_PIXELS_PER_INCH)
        self.subplots_adjust(
            left=margins.pop("left") / CONTROL_INCHES,
            right=1 - margins.pop("right") / CONTROL_INCHES,
            bottom=margins.pop("bottom") / height,
            top=1 - margins.pop("top") / height,
            **margins,
        )

    def draw(self, renderer: RendererBase) -> None:
        """Draw everything the first time, and from then on the moving artists only."""
        if self._language != language.current():
            self._language = language.current()
            for artist in self.moving:
                artist.set_animated(True)
            super().draw(renderer)
            self._still = renderer.copy_from_bbox(self.bbox)
        else:
            renderer.restore_region(self._still)
        for artist in self.moving:
            artist.draw(renderer)
