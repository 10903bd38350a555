#ifndef HARMONIZE_STARTUP_H
#define HARMONIZE_STARTUP_H

/// Checks descriptors and limits before library constructors run, on Linux. Linking this module is enough; there is
/// nothing to call.
///
/// - Descriptors 0 to 2 are open. A file opened while one of them is closed (`2>&-`) would get its number, and with it
///   the program's messages. A closed one is opened such that using it still fails.
/// - The limit on open files is high enough; if not, it is raised as far as the hard limit. Below 16 the program exits.
/// - The address space (`ulimit -v`), the data (`ulimit -d`) and the stack (`ulimit -s`) are large enough. Swift's
///   runtime traps where they are not: the program exits instead. The stack's limit is raised first.
/// - The end of the processor's time (`ulimit -t`) is announced by a signal some seconds before.
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

/// Reports with code 69 that memory is used up where the program traps for that: Swift does so when an allocation
/// fails. Other traps are handled as before.
void cstartup_report_exhaustion(void);

/// Raises the limit on open files to `count`, as far as that is allowed.
void cstartup_raise_file_limit(unsigned long long count);
#endif

#endif
