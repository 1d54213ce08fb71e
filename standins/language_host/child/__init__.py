"""Scripts that the program's own Python runs by path.

That Python may be another than the language host's and need not know this project, so these
files use only the standard library and Pulumi's SDK and import each other by plain name.
"""
