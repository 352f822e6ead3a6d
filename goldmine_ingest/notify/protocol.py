"""The words that the parent and the sending child say to each other. Apart, so that the parent loads none of the child's modules."""

SEND, CHECK, BEGUN = "send", "check", "begun"
