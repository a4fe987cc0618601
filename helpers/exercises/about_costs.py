"""Lesson 6: a prompt that is partly cached, hours in the break-even, and the sum over a model's life."""

from .exercise import Case, Exercise, function

PROMPTS = [  # tokens, of them cached, USD for a million, USD for a million that are cached; USD for the prompt
    Case((500_000, 0, 0.4, 0.1), 0.2, "nothing is cached: half a million tokens at 0.40 are 0.20 USD"),
    Case((500_000, 500_000, 0.4, 0.1), 0.05, "all is cached: half a million tokens at 0.10 are 0.05 USD"),
    Case((500_000, 400_000, 0.4, 0.1), 0.08, "100,000 tokens at 0.40 and 400,000 at 0.10 are 0.08 USD"),
    Case((10_000, 8_000, 2.5, 1.25), 0.015, "2,000 tokens at 2.50 and 8,000 at 1.25 are 0.015 USD"),
    Case((37, 0, 0.4, 0.1), 0.0000148, "37 tokens at 0.40 are 0.0000148 USD, which nothing may round away"),
    Case((300_000, 100_000, 2.0, 2.0), 0.6, "where cached tokens cost the same, it does not matter how many there are"),
]
HOURS = [  # USD for the training, USD that a conversation saves, conversations in all, USD an hour
    Case((6, 0.5, 1_012, 50), 10, "500 USD are left when the training is paid, and 50 USD buy an hour"),
    Case((100, 0.25, 1_000, 60), 2.5, "150 USD are left when the training is paid, and 60 USD buy an hour"),
    Case((100, 0.25, 400, 60), 0, "the answers just pay the training, and nothing is left"),
    Case((100, 0.25, 100, 60), 0, "the answers do not even pay the training, and nobody works less than no hour"),
    Case((0, -0.25, 1_000, 60), 0, "each tuned answer costs more than today's"),
    Case((0, 0.125, 640, 40), 2, "the training is free, and the answers save 80 USD"),
]
DAYS = [  # USD to begin with, USD that a conversation saves, conversations of each day
    Case((10, 0.5, [10, 10, 10, 10]), 2, "two days with 10 conversations save exactly 10 USD"),
    Case((10, 0.5, [9, 9, 9, 9]), 3, "after day 2 only 9 USD are saved"),
    Case((10, 0.5, [0, 0, 40, 0]), 3, "nobody asked on the first two days, whatever the mean is"),
    Case((10, 0.5, [40, 0, 0, 0]), 1, "the first day saves 20 USD"),
    Case((10, 0.5, [5, 5, 5, 4]), None, "the model is gone after day 4, and 9.50 USD are saved by then"),
    Case((10, -0.5, [40, 40]), None, "each tuned answer costs more than today's"),
    Case((10, 0.5, []), None, "the model has no day left"),
    Case((10, 0.25, [2] * 365), 20, "half a dollar a day makes 10 USD in 20 days"),
]

EXERCISES = [
    Exercise(
        "prompt_usd",
        6,
        "easy",
        "Write the function's body.",
        function(PROMPTS),
        "Each token is billed once, at one of the two prices.",
        ("`tokens` counts the cached ones, too. How many are not cached?", "Both prices are for a million tokens."),
    ),
    Exercise(
        "most_hours",
        6,
        "middle",
        "Write the function's body.",
        function(HOURS),
        "What the answers save pays the training first; the rest buys hours, if there is a rest.",
        (
            "What do all conversations save together, and what is left when the training is paid?",
            "How many hours does that buy? For this desk, gain(0).usd / wage is the number.",
            "max(0, …) where nothing is left.",
        ),
    ),
    Exercise(
        "day_paid",
        6,
        "hard",
        "Write the function's body.",
        function(DAYS),
        "It adds up day by day: a mean would not see that the model is gone before the rush.",
        (
            "Keep what is saved so far, and go through the days: enumerate(a_day, 1).",
            "On the first day on which it is as much as the cost, return the day's number.",
            "After the loop: None.",
        ),
    ),
]
