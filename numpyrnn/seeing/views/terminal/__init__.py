"""A trace in a terminal: one line at a time, forward and back.

Read walk.py first: the commands, from keys or from lines. screen.py draws one event, keys.py reads
single keys, element.py reads and checks which number is filled in.
"""
