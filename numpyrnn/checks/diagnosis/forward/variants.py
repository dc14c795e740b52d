VARIANTS = {k: () for k in ("rnn", "lstm", "gru", "gru-reset-after")}
def varied(book, variant): return book
