"""A search by embeddings, learned from which words the desk's tickets use together: latent semantic analysis.

Deerwester, Dumais, Furnas, Landauer and Harshman (1990), Indexing by latent semantic analysis.
"""

import numpy as np
import pandas as pd
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import Normalizer

from .opponents.texts import comparable_text
from .prompts import ENTRIES

NUMBERS = 200  # of an embedding; a usual size for this method, not chosen on any questions


class EmbeddingSearch:
    """Ranks the entries by the cosine similarity of their embeddings to a ticket's.

    It learns from whole tickets, questions with their answers, so words of customers come close to words of the desk.
    It is not told which entries a ticket needs.
    """

    def __init__(self, handbook: pd.DataFrame, examples: list[dict]):
        self.handbook = handbook
        entries = list(handbook.topic + ". " + handbook.answer)
        tickets = [comparable_text(example["messages"]) for example in examples]
        self._embed = make_pipeline(
            TfidfVectorizer(sublinear_tf=True), TruncatedSVD(NUMBERS, random_state=0), Normalizer()
        ).fit(tickets + entries)
        self._entries = self._embed.transform(entries)

    def best(self, prompts: list[list[dict]], entries: int = ENTRIES) -> list[pd.DataFrame]:
        """For each prompt the entries with the most similar embeddings, the most similar one first."""
        alike = self._embed.transform([comparable_text(messages) for messages in prompts]) @ self._entries.T
        # Rounded, so that the last bits, which differ between processors, decide nothing.
        return [self.handbook.iloc[order[:entries]] for order in np.argsort(-alike.round(6), kind="stable")]
