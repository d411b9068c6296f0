// A target needs a source to own a precompiled header; the header is what the tests want.
