"""Jobs that train on the nodes of a Ray cluster. Only `driver` and `actor` import Ray."""
