"""Which device torch can use."""


def best_device() -> str:
    """The device torch can use here: "cuda" (NVIDIA, AMD), "mps" (Apple), or "cpu"."""
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
