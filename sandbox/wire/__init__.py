"""The MTProto server side: bytes on a socket in, calls out; results and updates in, bytes out."""
