"""Small faults planted in a copy of the rooms that decide numbers, to see whether the rooms' own tests notice."""
