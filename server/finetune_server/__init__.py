"""OpenAI's fine-tuning API on one's own machine."""

import os

# Torch's threads wait for each other awake by default: beside other programs they keep each other from the processor.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # read once, when torch is loaded
