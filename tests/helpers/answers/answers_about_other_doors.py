"""Right and wrong answers to the exercises of lesson 10, as readers may give them."""

from typing import Any


def passes(error: Any):
    return error.status_code == 429 or error.status_code >= 500


def asks_again(ask, pause, most=3, may_pass=passes):
    for n in range(1, most + 1):
        try:
            return ask()
        except Exception as error:
            if n == most or not may_pass(error):
                raise
            pause()


def asks_while(ask, pause):
    times = 0
    while True:
        times += 1
        try:
            return ask()
        except Exception as error:
            if times >= 3 or not passes(error):
                raise
        pause(2**times)


def asks_itself(ask, pause, left=2):
    try:
        return ask()
    except Exception as error:
        if not left or not passes(error):
            raise
    pause()
    return asks_itself(ask, pause, left - 1)


def pauses_at_the_end(ask, pause):
    for n in range(3):
        try:
            return ask()
        except Exception as error:
            pause()
            if n == 2 or not passes(error):
                raise


def swallows(ask, pause):
    try:
        return asks_again(ask, pause)
    except Exception:
        return "no answer"


RIGHT = {
    "download": [
        "client.files.content(file_id).content",
        "client.files.content",
        " client.files.content(job.id).read()",
    ],
    "ask_again": [asks_again, asks_while, asks_itself],
}


WRONG = {
    "download": [
        "client.files.retrieve(file_id)",
        "openai.File.download",
        "content",
        7,
        "client.files.contents(x)",
        "",
    ],
    "ask_again": [
        lambda ask, pause: ask(),
        lambda ask, pause: asks_again(ask, pause, most=2),
        lambda ask, pause: asks_again(ask, pause, most=99),
        lambda ask, pause: asks_again(ask, pause, may_pass=lambda error: True),
        lambda ask, pause: asks_again(ask, pause, may_pass=lambda error: error.status_code == 429),
        lambda ask, pause: asks_again(ask, lambda: None),
        pauses_at_the_end,
        swallows,
    ],
}
