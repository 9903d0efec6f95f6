"""Output formats, one module each: the module's name is the name of the format, and being in this folder is enough."""
