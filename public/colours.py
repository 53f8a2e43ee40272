"""The colours of the public side, in one place, as the style of each shape takes them.

Every state reads on its ground with a contrast of 4.5 or more, in light and in dark.
"""

from typing import Final

from public.banner import STATES

LIGHT: Final = {
    "ink": "#1b1f24",
    "soft": "#57606a",
    "ground": "#fff",
    "line": "#d0d7de",
    "link": "#0b5cad",
    "live": "#00704f",
    "closed": "#0062a3",
    "busy": "#b34700",
    "quiet": "#57606a",
    "stale": "#8f3f73",
    "notice": "#6b5900",
}
DARK: Final = {
    "ink": "#e9ecef",
    "soft": "#a7b0ba",
    "ground": "#15181c",
    "line": "#3a414a",
    "link": "#7cb8f7",
    "live": "#35c49b",
    "closed": "#74bdf2",
    "busy": "#f59452",
    "quiet": "#a7b0ba",
    "stale": "#e0a3c8",
    "notice": "#e6d84a",
}
_IN_THE_DARK: Final = "@media (prefers-color-scheme:dark){"


def variables(colours: dict[str, str], names: tuple[str, ...] = tuple(LIGHT)) -> str:
    """Return colours as CSS variables, for pages."""
    return ";".join(f"--{name}:{colours[name]}" for name in names)


def page_colours(theme: str) -> str:
    """Return the variables of a page: "light", "dark", or "auto" for what its reader prefers."""
    if theme != "auto":
        colours = LIGHT if theme == "light" else DARK
        return f":root{{color-scheme:{theme};{variables(colours)}}}\n"
    dark = f"{_IN_THE_DARK}:root{{{variables(DARK)}}}}}\n"
    return f":root{{color-scheme:light dark;{variables(LIGHT)}}}\n{dark}"


def image_colours(theme: str) -> str:
    """Return the colours of an image as plain rules: many programs that draw SVG know no variables."""
    if theme != "auto":
        return _fills(LIGHT if theme == "light" else DARK)
    return f"{_fills(LIGHT)}{_IN_THE_DARK}\n{_fills(DARK)}}}\n"


def _fills(colours: dict[str, str]) -> str:
    ground = f".card{{fill:{colours['ground']};stroke:{colours['line']}}}"
    texts = f"text{{fill:{colours['ink']}}}.soft,.sample{{fill:{colours['soft']}}}"
    states = "".join(f".{state}{{fill:{colours[state]}}}" for state in STATES)
    return f"{ground}{texts}{states}.on{{fill:{colours['ground']}}}\n"
