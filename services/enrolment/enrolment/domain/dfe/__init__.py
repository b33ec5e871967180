"""The Department for Education's rules, as pure functions: its service's twin.

Each `check_...` takes facts and a request and returns DfE's problems with it, in DfE's words; an
empty list means that DfE would accept. The enrolment service asks here before it calls DfE, and the
simulator answers by it.
"""
