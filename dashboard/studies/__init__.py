"""Studies: ask the store once, measure, and return a frozen value that knows its unit and what it lacks.

Which source, edition, currency, price basis, sum and gap a figure rests on is decided here and nowhere else. Pictures,
cards, tables of the command and sentences are readers of the same study, so one question has one answer.
"""
