"""The command line: the same wishes and views as the window, in words or as JSON lines.

Start reading in `main.py`; `commands.py` is the list of what can be asked, `node.py` the wallet
without a screen, `demo.py` the shop to try things with.  Everything goes through the one door
(`wallet.engine.api`); how a door is opened is given by `wallet/app.py`.  Nothing here decides
about money, and the GUI is not imported.
"""
