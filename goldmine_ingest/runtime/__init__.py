"""What a process of this program is made of: redaction, signals, locks, crash points, shipped
files.
"""
