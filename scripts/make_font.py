"""Cut the letters that figures need out of a font: called by ``make translations``.

NanumGothic, of Debian's package ``fonts-nanum``, is under the SIL Open Font License, which demands
that a changed font has another name; `LICENSE` in the folder of the messages is its text.
"""

import json
import re
import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont

from mnist_lib.figures.picture import FONT
from scripts import translate

SOURCE = Path("/usr/share/fonts/truetype/nanum/NanumGothic.ttf")
DRAWS = re.compile(r"mnist_lib/(figures|widgets)/|drawings.json$|#code$")
"""Where texts in figures come from: these rooms of the library, and the lessons' own code."""

NAMES = {1: FONT.stem, 3: FONT.stem, 4: FONT.stem, 6: FONT.stem.replace(" ", "")}


def main() -> None:
    """Write the font with the letters that the figures of all languages need."""
    if not SOURCE.exists():
        sys.exit(f"{SOURCE} is missing. On Debian and Ubuntu: sudo apt install fonts-nanum")
    font = TTFont(SOURCE, recalcTimestamp=False)
    # The last are of the program that made the font.
    unused = [*Options().drop_tables, "TSI0", "TSI1", "TSI2", "TSI3", "TSI5"]
    options = Options(
        drop_tables=unused,
        layout_features=[],
        hinting=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
    )
    subsetter = Subsetter(options)
    subsetter.populate(text="".join(sorted(letters())))
    subsetter.subset(font)
    for number, name in NAMES.items():
        font["name"].setName(name, number, 3, 1, 0x409)
        font["name"].removeNames(nameID=number, platformID=1)
        font["name"].removeNames(nameID=number, platformID=3, langID=0x412)
    font.save(FONT)


def letters() -> set[str]:
    """Return the Hangul of all that figures show."""
    found: set[str] = set()
    for path in translate.TRANSLATIONS.glob("*.po"):
        catalog = translate.read(path)
        spoken = json.loads(translate.library_messages(catalog))
        for message in catalog:
            if message.id in spoken and any(DRAWS.search(place) for place, _ in message.locations):
                found |= {letter for letter in message.string if "가" <= letter <= "힣"}
    return found


if __name__ == "__main__":
    main()
