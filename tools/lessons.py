"""The lessons, as data: titles, goals, costs, and the files that their tapes depend on."""

from dataclasses import dataclass

T1000 = ("t1000/handbook.csv", "t1000/en/*.jsonl")  # under data/
DESK = ("desk/handbook.csv", "desk/en/*.jsonl")


@dataclass(frozen=True)
class Lesson:
    """One notebook. `minutes` is what `reading_time` counts; `live_cost` completes the sentence "live it costs …"."""

    name: str
    title: str
    goal: str
    minutes: int
    live_cost: str
    example: str = "the service desk of the T-1000"
    data: tuple[str, ...] = DESK  # patterns of files under data/ that its tape depends on

    @property
    def number(self) -> int:
        return int(self.name[:2])

    @property
    def link(self) -> str:
        return f"[{self.number} {self.title}]({self.name}.ipynb)"


LESSONS = [
    Lesson(
        "01_prepare_data",
        "Prepare data",
        "you can turn raw customer questions into training data that is checked, clean and split",
        minutes=20,
        live_cost="nothing",
    ),
    Lesson(
        "02_upload", "Upload", "you can hand files to the API, and read its errors", minutes=10, live_cost="nothing"
    ),
    Lesson(
        "03_train",
        "Train",
        "you can start a fine-tuning job, know who still may, and never pay for it twice",
        minutes=10,
        live_cost="the price of the training, shown first",
    ),
    Lesson(
        "04_poll_events",
        "Poll events",
        "you can follow a job, read its loss curve, and understand one that failed",
        minutes=15,
        live_cost="nothing",
    ),
    Lesson(
        "05_compare",
        "Compare",
        "you can tell with numbers whether the tuned model is better than what a desk has without it",
        minutes=20,
        live_cost="the price of one more training, shown first, and cents for the answers",
        data=(*DESK, "desk/changed/*", "t1000/en/*.jsonl", "t1000/graded_by_hand.csv", "general/questions.csv"),
    ),
    Lesson(
        "06_cost_analysis",
        "Cost analysis",
        "you can say what training, answers and people's hours cost, and when training pays off",
        minutes=15,
        live_cost="nothing",
        data=(*DESK, "desk/de/test*.jsonl"),
    ),
    Lesson(
        "07_train_on_your_own_machine",
        "Train on your own machine",
        "you can train an open model yourself with the same calls, and change one setting at a time",
        minutes=20,
        live_cost="minutes of your processor",
        data=(*T1000, "desk/en/more_questions.txt"),
    ),
    Lesson(
        "08_your_own_data",
        "Your own data",
        "you can take a spreadsheet of your own customers' questions from file to "
        "tuned model, and say go or no-go before it costs anything",
        minutes=25,
        live_cost="the price of the training, shown first, and cents for the answers",
        example="the help desk of a town's library, a spreadsheet",
        data=("library/desk.xlsx",),
    ),
    Lesson(
        "09_limits",
        "Limits",
        "you can name what fine-tuning cannot do, show it with numbers, and choose between classifier, "
        "retrieval and training",
        minutes=40,
        live_cost="the price of two small trainings, and cents for the answers",
        data=(*T1000, *DESK, "desk/changed/*", "limits/*.csv", "general/questions.csv"),
    ),
    Lesson(
        "10_other_doors",
        "Other doors",
        "you can call the same API without its package, many at once, at Microsoft, and bring old code up to date",
        minutes=15,
        live_cost="one training of twelve examples",
        example="an airport's service desk",
        data=(*T1000, "examples/airport/train.jsonl"),
    ),
    Lesson(
        "11_more_examples",
        "More examples",
        "you can train a tone, a form, code, a language, rules and a habit, and count form and content of each",
        minutes=40,
        live_cost="the price of ten small trainings",
        example="sarcasm, JSON, function calls, German, American, an airport, misspelling",
        data=("examples/content.csv", "examples/*/*", "desk/article_004/*", "desk/tickets_to_json/*"),
    ),
    Lesson(
        "12_preferences",
        "Preferences",
        "you can train on pairs of answers, read what such a training reports, and tell whether it was worth it",
        minutes=20,
        live_cost="the price of two small trainings, shown first, and cents for the answers",
        data=("desk/handbook.csv", "desk/en/test*.jsonl", "desk/preferences/*", "results/dpo_rates.jsonl"),
    ),
    Lesson(
        "13_rewards",
        "Rewards",
        "you can write a grader, train a model by its rewards, notice when it is cheated, and say when a grader is "
        "the better teacher",
        minutes=20,
        live_cost="nothing: where a training costs money, it starts none, and ends there",
        data=(*DESK, "results/reward_rates.jsonl", "adapter/provenance.json"),
    ),
    Lesson(
        "14_take_it_with_you",
        "Take it with you",
        "you can take a tuned model out of the server that trained it, run it elsewhere, and count whether it still "
        "says the same",
        minutes=15,
        live_cost="nothing",
        data=(*DESK, "results/exports.jsonl", "elsewhere/*"),
    ),
]
