"""Jobs that train on the nodes of a Ray cluster. Only `driver`, `actor`, `answering` and `replica` import Ray."""
