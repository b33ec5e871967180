"""Runs DfE's behaviour cases against our twin of its rules, and against the simulator by HTTP."""
