"""Right and wrong answers to the exercises of lesson 6, as readers may give them."""

import math

import numpy as np


def adds_up(cost, saved, a_day):
    so_far = 0
    for day, asked in enumerate(a_day, 1):
        so_far += saved * asked
        if so_far >= cost:
            return day
    return None


def cumulated(cost, saved, a_day):
    days = np.flatnonzero(np.cumsum(a_day) * saved >= cost)
    return days[0] + 1 if days.size else None


def by_mean(cost, saved, a_day):
    mean = saved * sum(a_day) / len(a_day)
    return math.ceil(cost / mean) if 0 < cost / mean <= len(a_day) else None


RIGHT = {
    "prompt_usd": [
        lambda tokens, cached, usd, cached_usd: ((tokens - cached) * usd + cached * cached_usd) / 1e6,
        lambda tokens, cached, usd, cached_usd: (tokens * usd - cached * (usd - cached_usd)) / 1_000_000,
        lambda tokens, cached, usd, cached_usd: np.dot([tokens - cached, cached], [usd, cached_usd]) * 1e-6,
    ],
    "most_hours": [
        lambda training, saved, n, wage: max(0, (saved * n - training) / wage),
        lambda training, saved, n, wage: max(saved * n - training, 0) / wage,
        lambda training, saved, n, wage: np.clip((saved * n - training) / wage, 0, None),
    ],
    "day_paid": [
        adds_up,
        cumulated,
        lambda cost, saved, a_day: next(
            (day for day in range(1, len(a_day) + 1) if saved * sum(a_day[:day]) >= cost), None
        ),
    ],
}


WRONG = {
    "prompt_usd": [
        lambda tokens, cached, usd, cached_usd: (tokens * usd + cached * cached_usd) / 1e6,
        lambda tokens, cached, usd, cached_usd: tokens * usd / 1e6,
        lambda tokens, cached, usd, cached_usd: round(((tokens - cached) * usd + cached * cached_usd) / 1e6, 4),
        lambda tokens, cached, usd, cached_usd: (tokens - cached) * usd / 1e6,
        lambda tokens, cached, usd, cached_usd: (tokens - cached) * usd + cached * cached_usd,
        lambda tokens, cached, usd, cached_usd: (tokens - cached) * cached_usd / 1e6 + cached * usd / 1e6,
        lambda tokens, cached, usd, cached_usd: tokens * (usd + cached_usd) / 2e6,
        lambda tokens, cached, usd, cached_usd: f"{tokens * usd / 1e6} USD",
        lambda tokens: tokens / 1e6,
    ],
    "most_hours": [
        lambda training, saved, n, wage: (saved * n - training) / wage,
        lambda training, saved, n, wage: max(0, saved * n / wage),
        lambda training, saved, n, wage: max(0, saved * n - training),
        lambda training, saved, n, wage: max(0, (saved * n + training) / wage),
        lambda training, saved, n, wage: max(0, (saved * n - training) // wage),
        lambda training, saved, n, wage: max(0, n - training / saved) / wage,
        lambda training, saved, n, wage: abs(saved * n - training) / wage,
    ],
    "day_paid": [
        by_mean,
        lambda cost, saved, a_day: adds_up(cost, saved, a_day) or len(a_day),
        lambda cost, saved, a_day: adds_up(cost, saved, a_day) or float("inf"),
        lambda cost, saved, a_day: next((day for day, n in enumerate(a_day, 1) if saved * n >= cost), None),
        lambda cost, saved, a_day: (adds_up(cost, saved, a_day) or 1) - 1,
        lambda cost, saved, a_day: adds_up(cost + 0.01, saved, a_day),
        lambda cost, saved, a_day: adds_up(cost, abs(saved), a_day),
        lambda cost, saved, a_day: math.ceil(cost / (saved * a_day[0])),
    ],
}
