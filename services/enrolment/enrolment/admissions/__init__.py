"""The way to a place: rules, the provider's own steps, people who may be one."""
