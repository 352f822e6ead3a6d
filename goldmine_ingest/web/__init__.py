"""The local page: what came, decided with a key or a tap. Server-rendered, on loopback, for its
owner alone. README.md beside this file says how a page is added.
"""
