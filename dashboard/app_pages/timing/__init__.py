"""The timing page as a folder: the script that lays it out, and a module for each of its parts."""
