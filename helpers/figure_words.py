"""A figure that is shown with its content in words, for those who cannot see it."""

import matplotlib.pyplot as plt
from IPython.display import Markdown, display


def show(words: str) -> None:
    """Show the figure that was drawn last, and below it a fold with its content in words."""
    plt.show()
    display(Markdown(f"<details><summary>The figure in words</summary>\n\n{words}\n\n</details>"))
