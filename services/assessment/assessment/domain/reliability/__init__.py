"""How far markers agree, drift and differ in severity. For quality assurance only.

No figure from here changes anybody's result. `table` holds the ratings, each other file a family
of statistics with their sources, and `report` computes all of them for one table.
"""
