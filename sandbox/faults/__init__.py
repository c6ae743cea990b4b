"""The network on a bad day, on demand: what is lost, late, doubled, refused or cut off, ordered over HTTP."""
