"""Floor 3, the wire: channels that carry bytes between nodes.

Every transport here fits `wallet.engine.ports.Transport` without importing it. `memory.py` joins
nodes of one process (tests, simulation), `iroh.py` is the real one. Nothing here knows what the
bytes mean: frames and handshake are `wallet/protocol/link.py`. Start with `memory.py`.
"""
