"""The words that the parent and the sending child say to each other. Apart, so that the parent
loads none of the child's modules.
"""

SEND, CHECK, NAMES = "send", "check", "names"
# What was pressed below messages, and telling who pressed that it is recorded.
PRESSES, CONFIRM = "presses", "confirm"
# Which bot or topic a destination's presses come from; asks nobody.
SOURCE = "source"
# A request has begun, be it a login; and the message itself is on its way.
OPENED, BEGUN = "opened", "begun"
