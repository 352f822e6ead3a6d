"""The words that the parent and the sending child say to each other. Apart, so that the parent
loads none of the child's modules.
"""

SEND, CHECK, NAMES = "send", "check", "names"
# What was pressed below messages, and telling who pressed that it is recorded.
PRESSES, CONFIRM = "presses", "confirm"
# A request has begun, be it a login; and the message itself is on its way.
OPENED, BEGUN = "opened", "begun"
