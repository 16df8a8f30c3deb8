"""Groups of states of a programme, named once: a state that is added is put into its groups here and nowhere else.

Plain strings (`Programme.State` values), so that the reads of `querysets` can use them before models exist.
"""

# What the engine drew up and nobody took over: for those who run and steer the network.
BARE = ("proposal", "declined", "lapsed")
DRAFTED = ("draft",)
UNSUBMITTED = (*BARE, *DRAFTED)
RESERVED = ("submitted", "returned")
# A person works on the plan: it is changed, voted on and shown to be worth its price.
CHANGEABLE = (*DRAFTED, "returned")
FUNDED = ("approved", "running")
# Given and at the settlement; its grant counts as long as nothing was paid.
SETTLING = ("delivered", "claimed")
GRANTED = (*FUNDED, *SETTLING)
PAID = ("paid", "evaluated")
UNPAID = ("unpaid",)
ENDED = ("rejected", "cancelled")

# What a call or network may no longer promise to somebody else: the aid is a right, or was paid.
BOUND = (*GRANTED, *PAID)
# The lessons were given: it is known who came, and companies say what it brought.
GIVEN = (*SETTLING, *PAID, *UNPAID)
# From the decision on; what was given and never paid too.
AFTER_APPROVAL = (*FUNDED, *GIVEN)

__all__ = [
    "AFTER_APPROVAL",
    "BARE",
    "BOUND",
    "CHANGEABLE",
    "DRAFTED",
    "ENDED",
    "FUNDED",
    "GIVEN",
    "GRANTED",
    "PAID",
    "RESERVED",
    "SETTLING",
    "UNPAID",
    "UNSUBMITTED",
]
