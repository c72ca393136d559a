"""The verbs of money. Each posts, in one transaction, what never changes afterwards, and lets standing follow."""
