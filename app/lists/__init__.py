"""The coordinator's lists on the screen: Innleverte registreringer, the check against EPJ, Avdelinger and Lokasjoner."""
