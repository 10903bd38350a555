#ifndef HARMONIZE_STARTUP_H
#define HARMONIZE_STARTUP_H

/// Checks descriptors and limits before library constructors run, on Linux. Linking this module is enough; there is
/// nothing to call.
///
/// - Descriptors 0 to 2 are open. A file opened while one of them is closed (`2>&-`) would get its number, and with it
///   the program's messages. A closed one is opened such that using it still fails.
/// - The limit on open files is high enough; if not, it is raised as far as the hard limit. Below 16 the program exits.
/// - The address space is large enough. Under too low a `ulimit -v` libdispatch waits forever for a thread and Swift's
///   runtime traps: the program exits instead.
///
/// It exits with a message and code 69.

/// The environment, for child processes, as bytes: Swift's strings hold only UTF-8.
char **cstartup_environment(void);

#endif
