"""Pictures measured as they are seen: what overlaps, what is cut off, how large a bar is."""

from collections.abc import Iterator
from itertools import combinations

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from bot.charts.picture import draw
from bot.charts.sheet import DPI, SHOWN
from bot.charts.values import Chart

SLACK = 1.0  # pixels of the file: letters may touch the box of others by that


class Measured:
    """A drawn chart whose texts and bars have places, in pixels of the file."""

    def __init__(self, chart: Chart) -> None:
        """Lay a chart out."""
        self.figure: Figure = draw(chart)
        self.renderer = FigureCanvasAgg(self.figure).get_renderer()  # type: ignore[no-untyped-call]
        self.figure.draw_without_rendering()

    @property
    def texts(self) -> dict[str, Bbox]:
        """Every text that is seen, and where."""
        return dict(self._texts())

    @property
    def overlapping(self) -> list[tuple[str, str]]:
        """Pairs of texts that lie on each other."""
        return [
            (one, other)
            for (one, box), (other, at) in combinations(self._texts(), 2)
            if _touch(box, at)
        ]

    @property
    def cut_off(self) -> list[str]:
        """Texts that are not wholly in the picture."""
        width, height = self.figure.bbox.width, self.figure.bbox.height
        return [
            text
            for text, box in self._texts()
            if box.x0 < 0 or box.y0 < 0 or box.x1 > width or box.y1 > height
        ]

    @property
    def bars(self) -> list[Bbox]:
        """The bars in the order they are drawn."""
        return [
            patch.get_window_extent(self.renderer)
            for axes in self.figure.axes
            for patch in axes.patches
            if isinstance(patch, Rectangle)
        ]

    def shown(self, pixels: float) -> float:
        """Convert pixels of the file into those of a message 700 pixels wide."""
        return pixels / DPI * SHOWN

    def _texts(self) -> Iterator[tuple[str, Bbox]]:
        texts: list[Text] = self.figure.findobj(Text)
        for text in texts:
            if text.get_visible() and text.get_text().strip():
                # the box of an annotation would have its arrow in it
                yield text.get_text(), Text.get_window_extent(text, self.renderer)


def _touch(box: Bbox, other: Bbox) -> bool:
    wide = float(min(box.x1, other.x1) - max(box.x0, other.x0))
    high = float(min(box.y1, other.y1) - max(box.y0, other.y0))
    return wide > SLACK and high > SLACK
