"""How alike scripts are: shingles, winnowed fingerprints, containment, and the evidence.

What is given by the paper is subtracted first: candidates of one window all quote the same case
study. Nothing here decides anything about a person; a threshold only says what a person looks at.

Winnowing: S. Schleimer, D. Wilkerson, A. Aiken, Winnowing: local algorithms for document
fingerprinting, SIGMOD 2003. Containment: A. Broder, On the resemblance and containment of
documents, 1997.
"""
