#ifndef HARMONIZE_STARTUP_H
#define HARMONIZE_STARTUP_H

/// What must be right before anything else runs, the libraries' own preparations included. For that it has nothing to call:
/// being linked is enough.
///
/// - The descriptors 0 to 2 are open. A file opened while one of them is closed (`2>&-`) would take its number, and get
///   what is written for people. One that is closed is opened so that using it fails, as it would have failed before.
/// - Files enough may be open, as far as the limits of the system let a process raise its own; else it leaves as below.
/// - There are addresses enough. Under a `ulimit -v` that is too low, libdispatch waits for ever for a thread and
///   Swift's runtime traps: the program leaves with exit code 69 and says so instead.

/// The environment to the byte, for programs that this one starts. (Swift's strings hold UTF-8 alone.)
char **cstartup_environment(void);

#endif
