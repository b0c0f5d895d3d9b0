"""The source chain of one agent: how it grows, and how every link is checked.

Source: records.md, *Source chain*; Holochain's rules of the agent activity.
"""
