"""What changed between two documents for the callers of their client: the HTTP contract and the Python interface.

two Documents -> contract ┐
two Packages  -> python   ┴-> Changes, judged by rules -> a version, a report, a changelog entry
"""
