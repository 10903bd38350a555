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

#ifdef __linux__
#include <spawn.h>

/// Has a child process close all its descriptors from `first` on.
void cstartup_close_from(posix_spawn_file_actions_t *actions, int first);

/// Limits the memory that a process may have for data.
void cstartup_limit_memory(int process, unsigned long long bytes);

/// Raises the limit on open files to `count`, as far as that is allowed.
void cstartup_raise_file_limit(unsigned long long count);
#endif

#endif
