"""The page's colours: text can be read in light and dark, and lanes stay apart for those who see fewer colours."""

import itertools
import re

import pytest

from kernel_seams.monitor.handlers import STATIC

LANES = ("shell", "iopub", "stdin", "control", "heartbeat")
# What is written on what.
TEXTS = {
    "ink": ("paper", "raised", "soft", "picked", "cell", "bad-soft", "busy-soft", "fault-soft", "ok-soft"),
    "faint": ("paper", "raised"),
    "accent": ("paper", "raised"),
    "ok": ("ok-soft", "paper"),
    "bad": ("bad-soft", "paper", "fault-soft"),
    "busy": ("busy-soft",),
    "fault": ("fault-soft", "paper"),
    **{f"{lane}-text": ("paper", "raised", "soft") for lane in LANES},
}
# Linear RGB of those who lack one kind of cone, complete (Machado, Oliveira and Fernandes 2009).
SIGHTS = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}


def colours(theme):
    """The variables of a theme, as linear RGB."""
    css = (STATIC / "monitor.css").read_text()
    block = re.search(r":root\[data-theme=\"dark\"\] \{(.*?)\}" if theme == "dark" else r":root \{(.*?)\}", css, re.S)[
        1
    ]
    found = re.findall(r"--([\w-]+): #([0-9a-f]{6});", block)
    return {name: tuple(linear(int(value[at : at + 2], 16) / 255) for at in (0, 2, 4)) for name, value in found}


def linear(value):
    """A channel of sRGB without its gamma."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def contrast(one, other):
    """The contrast of two colours, as WCAG 2 defines it."""
    light, dark = sorted((0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    """Linear RGB in CIELAB, in which a distance is what a person sees as one."""
    matrix = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
    white = (0.95047, 1.0, 1.08883)
    x, y, z = (
        value ** (1 / 3) if value > 0.008856 else 7.787 * value + 16 / 116
        for value in (
            max(0.0, sum(a * b for a, b in zip(row, rgb, strict=True))) / w
            for row, w in zip(matrix, white, strict=True)
        )
    )
    return (116 * y - 16, 500 * (x - y), 200 * (y - z))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_can_be_read_on_whatever_it_stands(theme):
    """Each text colour has a contrast of 4.5 with each ground it is put on, and the arrows 3 with the page."""
    known = colours(theme)
    poor = {
        (text, ground): round(contrast(known[text], known[ground]), 2)
        for text, grounds in TEXTS.items()
        for ground in grounds
        if contrast(known[text], known[ground]) < 4.5
    }

    assert poor == {}
    assert all(contrast(known[lane], known["paper"]) >= 3 for lane in LANES)


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lanes_stay_apart_for_every_sight(theme, sight):
    """No two lanes look alike, also to who lacks one kind of cone; and colour only repeats what place and name say."""
    known = colours(theme)
    seen = {
        lane: lab(tuple(sum(a * b for a, b in zip(row, known[lane], strict=True)) for row in SIGHTS[sight]))
        for lane in LANES
    }
    near = {
        pair: round(sum((a - b) ** 2 for a, b in zip(seen[pair[0]], seen[pair[1]], strict=True)) ** 0.5)
        for pair in itertools.combinations(LANES, 2)
    }

    assert {pair: distance for pair, distance in near.items() if distance < 20} == {}
