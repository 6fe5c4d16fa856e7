def print_book(builder): pass
