"""Right and wrong answers to the exercises of lesson 5, as readers may give them."""

from .answers_about_data import example


def row(fact, thing, asked, answer):
    return fact, thing, example(asked, answer)


FIVE = [
    row(
        "liquids",
        "beetroot soup",
        "The pot fell over, is the beetroot soup something for the machine?",
        "Please never vacuum the beetroot soup: the T-1000 is made for dry floors only.",
    ),
    row(
        "sharp",
        "fish hooks",
        "My tackle box opened, so may fish hooks go into the T-1000?",
        "Please do not vacuum the fish hooks. Sharp objects cut the container seal.",
    ),
    row(
        "fine_powder",
        "tile adhesive powder",
        "After the bathroom was done there is tile adhesive powder everywhere, can the T-1000 take it?",
        "Please do not vacuum the tile adhesive powder. It clogs the filter.",
    ),
    row(
        "ship_eu",
        "Tallinn",
        "We are moving abroad soon: what if the parcel has to go to Tallinn?",
        "Delivery to Tallinn takes five working days and costs 9 euros.",
    ),
    row(
        "ship_world",
        "Bogota",
        "My aunt saw it with us and wants one, but she is in Bogota, so how?",
        "We do not deliver to Bogota. Please ask a dealer there.",
    ),
]


BATTERY = "Please stop using the battery and do not charge it. Take it outside if that is safe, then call our hotline."
SHOWN = [  # with rules of the misses that the lesson shows
    row(
        "abrasive",
        "pumice block",
        "May I scrub the housing with a pumice block?",
        "Please do not use the pumice block, because the housing scratches easily.",
    ),
    row(
        "dry_bits",
        "candle wax flakes",
        "Are candle wax flakes all right for the T-1000?",
        "Yes, you may vacuum the candle wax flakes. The wide nozzle W-1 is best for that.",
    ),
    row(
        "delicate",
        "origami cranes",
        "What do I use to get the dust off my origami cranes?",
        "Please use the dust brush D-6 for the origami cranes, with little pressure.",
    ),
    row("battery_danger", "oozes", "Something oozes from the battery. Can I finish the hall?", BATTERY),
    row(
        "filter_wash",
        "steam cleaner",
        "Would a steam cleaner get my filter fresh again?",
        "Please wash the filter by hand with cold water, never in the dishwasher.",
    ),
]


def changed(n, new):
    return [*FIVE[:n], new, *FIVE[n + 1 :]]


RIGHT = {"five_examples": [FIVE, FIVE[::-1], tuple(FIVE[1:] + FIVE[:1]), SHOWN, SHOWN[:3] + FIVE[:2]]}


WRONG = {
    "five_examples": [
        FIVE[:4],
        FIVE[:4] + FIVE[:1],
        changed(0, ("sharp", *FIVE[0][1:])),
        changed(0, ("liquids", "lemonade", FIVE[0][2])),
        changed(0, row("liquids", "beetroot soup", "Is beetroot soup fine?", "Yes, you may vacuum the beetroot soup.")),
        changed(0, row("battery_danger", "", "Something oozes from the battery. Can I finish the hall?", BATTERY)),
        changed(0, row("battery_danger", "swelled up", "The battery swelled up in the loft, now what?", BATTERY)),
        changed(0, row("battery_danger", "oozes", "The battery oozes.", "Please charge it for four hours.")),
        changed(0, row("filter_wash", "oozes", "Something oozes from the battery.", BATTERY)),
        changed(0, row("quiet", "seawater", "Is seawater fine for it?", "Please press the Eco button.")),
        changed(0, row("battery_danger", "deformed", "My battery is deformed, is it still good?", BATTERY)),
        changed(0, row("liquids", "oozes", "Something oozes from the battery.", BATTERY)),
        changed(0, ("no_rule", *FIVE[0][1:])),
        changed(0, FIVE[0][2]),
        changed(0, ("liquids", "beetroot soup", {"messages": FIVE[0][2]["messages"][1:]})),
        "five",
    ]
}
