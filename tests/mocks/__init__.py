"""The national services as real HTTP servers on this machine, strict as their contracts, that can be told to misbehave."""
