"""Small files of rows that an app enters on somebody's word: read, judged row by row, entered, and undone until somebody builds on them."""
