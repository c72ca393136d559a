"""A realistic mass around the story, set-based."""


def put(scale, write):
    write("nothing yet")
