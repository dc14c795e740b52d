"""From a file to the functions that are judged: what is declared, what is found, how it is read."""
