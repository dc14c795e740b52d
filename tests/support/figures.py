"""What can be read of a figure, and what every figure is held to."""

from itertools import combinations

from matplotlib.backends.backend_agg import FigureCanvasAgg


def laid_out(figure):
    """The figure with every text in its place, as in a PNG, but without its pixels."""
    FigureCanvasAgg(figure)
    figure.draw_without_rendering()
    return figure


def all_texts(figure):
    """Everything written in the figure that is visible and not empty."""
    legends = [*figure.legends, *(ax.get_legend() for ax in figure.axes if ax.get_legend())]
    texts = [text for legend in legends for text in legend.get_texts()]
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            texts += [t.label1 for t in axis.get_major_ticks() if low <= t.get_loc() <= high]
        texts += [*ax.texts, ax.title, ax.xaxis.label, ax.yaxis.label]
    return [text for text in texts if text.get_visible() and text.get_text().strip()]


def assert_no_overlap(name, figure):
    boxes = [(text.get_text(), text.get_window_extent().padded(-1)) for text in all_texts(figure)]
    for (one, a), (two, b) in combinations(boxes, 2):
        assert not a.overlaps(b), f"{name}: {one!r} on {two!r}"


def assert_inside(name, figure):
    """No text leaves the figure."""
    width, height = figure.bbox.size
    for text in all_texts(figure):
        box = text.get_window_extent()
        inside = box.x0 > -1 and box.y0 > -1 and box.x1 < width + 1 and box.y1 < height + 1
        assert inside, f"{name}: {text.get_text()!r}"
