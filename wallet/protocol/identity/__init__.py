"""Identity: invitations now; graph, roles and lockboxes join them later.

Source: identity.md.
"""
