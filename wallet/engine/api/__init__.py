"""The one door between the people's floor (GUI, CLI) and the engine.

`commands.py` holds the wishes that go down, `views.py` what is to be drawn,
`notices.py` the facts that come up, `door.py` the door itself.  Only frozen
values pass.  Nothing here knows how the engine keeps its promises.
"""
