def pool_network(*, network_id, run, revision):
    return {}
