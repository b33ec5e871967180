"""The waitlist: who waits, who is offered a place, and who swaps one."""
