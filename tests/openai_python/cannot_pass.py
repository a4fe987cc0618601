"""Which of openai-python's own tests a server without OpenAI's account cannot pass, and why."""

WANDB = "it asks for an integration with Weights & Biases, which needs an account there"
PAUSED = "the package's types have no status `pausing` or `paused`; OpenAI's service answers with them, too"
REASONS = {  # file::test, without the ways in which it is run
    "fine_tuning/test_jobs::test_method_create_with_all_params": WANDB,
    "fine_tuning/test_jobs::test_method_pause": PAUSED,
    "fine_tuning/test_jobs::test_raw_response_pause": PAUSED,
    "fine_tuning/test_jobs::test_streaming_response_pause": PAUSED,
}
