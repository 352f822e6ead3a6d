"""The names of red flags: what a person should look at by hand."""

# The criterion of a red flag is this and its name, as the `findings` view has it.
FLAG = "flag:"
# Every red flag. A stored measure holds them as bits in this order: add at the end only.
FLAGS = (
    "free_sample",
    "off_platform",
    "credentials",
    "simple_but_long",
    "full_time_disguised",
    "commission_only",
    "homework",
    "speaks_to_models",
)
