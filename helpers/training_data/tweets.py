"""Customer support on Twitter, as the public set has it: a tweet a row, which names the one that it answers.

Source: https://www.kaggle.com/datasets/thoughtvector/customer-support-on-twitter
"""

from collections.abc import Iterable

COLUMNS = frozenset(("tweet_id", "inbound", "text"))


def is_tweet(record) -> bool:
    """A row of the set."""
    return isinstance(record, dict) and record.keys() >= COLUMNS


def threads(rows: Iterable[tuple[int, dict]]) -> list[tuple[int, dict]]:
    """Of each tweet that answers none, the conversation below it, with the number of that tweet.

    Where several answered, the first in the file is taken; one whose tweet before is not in the file begins anew.
    """
    tweets = {_name(row["tweet_id"]): (n, row) for n, row in rows}
    answers: dict[str, str] = {}
    for name, (_, row) in tweets.items():
        answers.setdefault(_name(row.get("in_response_to_tweet_id")), name)
    firsts = [name for name, (_, row) in tweets.items() if _name(row.get("in_response_to_tweet_id")) not in tweets]
    found = []
    for first in firsts:
        talk, name = [], first
        while name in tweets:
            talk.append(tweets[name][1])
            name = answers.get(name, "")
        found.append((tweets[first][0], {"id": first, "tweets": talk}))
    return found


def from_thread(record: dict) -> list[dict]:
    """The tweets; those that came in are the customer's."""
    return [
        {"role": "user" if str(tweet["inbound"]).lower() == "true" else "assistant", "content": tweet["text"]}
        for tweet in record["tweets"]
    ]


def _name(value) -> str:
    """The number of a tweet, which tables turn into 3.0 where some cells are empty."""
    return "" if value is None else str(value).strip().removesuffix(".0")
