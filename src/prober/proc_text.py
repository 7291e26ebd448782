"""
What the kernel writes in /proc, read to values.

A learner's process chooses parts of these texts: its name, its arguments, its groups. The kernel writes a line feed of
a name as `\\n`, and leaves alone what Python takes for the end of a line as well (`\\r`, `\\x85`, U+2028). So a line
ends here with a line feed alone, and bytes become text only inside of a field.
"""


def text_of(data):
    return data.decode("utf-8", "replace")


def status_fields(data):
    """The lines of a `status` by their keys."""
    fields = {}
    for line in data.split(b"\n"):
        key, colon, value = line.partition(b":")
        if colon:
            fields[text_of(key)] = text_of(value.removeprefix(b"\t"))
    return fields


def start_ticks(stat):
    """When a process began, by its `stat`. Its name may hold spaces and parentheses: the last one ends it."""
    return int(stat.rsplit(b")", 1)[1].split()[19])


def arguments(cmdline):
    """The arguments in a `cmdline`, which the process itself may have written over."""
    argv = text_of(cmdline).rstrip("\0")
    return argv.split("\0") if argv else []


def socket_rows(table):
    """Local address, remote one, state and inode of each whole line of a table of TCP sockets."""
    for line in table.split(b"\n")[1:-1]:
        fields = text_of(line).split()
        if len(fields) > 9:
            yield fields[1], fields[2], fields[3], fields[9]
