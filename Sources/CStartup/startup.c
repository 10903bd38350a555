#define _GNU_SOURCE

#include "CStartup.h"

extern char **environ;

char **cstartup_environment(void) { return environ; }

#ifdef __linux__
#include <sys/resource.h>

void cstartup_close_from(posix_spawn_file_actions_t *actions, int first)
{
    (void)posix_spawn_file_actions_addclosefrom_np(actions, first);
}

void cstartup_limit_memory(int process, unsigned long long bytes)
{
    const struct rlimit limit = {bytes, bytes};
    (void)prlimit(process, RLIMIT_DATA, &limit, NULL);
}

void cstartup_raise_file_limit(unsigned long long count)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= count) {
        return;
    }
    limit.rlim_cur = limit.rlim_max < count ? limit.rlim_max : count;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}
#endif

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
// Sanitizer runtimes must start first, and reserve the whole address space.
#define HAS_SANITIZER
#endif
#endif

#if defined(__linux__) && !defined(HAS_SANITIZER)

#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    resource_error = 69,
    megabyte = 1000000,
    few_files = 16,    // a job has less than ten open at a time
    many_files = 256,  // enough for any batch
};

// Writes by a system call, as the C library's streams may not be initialized yet.
static _Noreturn void leave(const char *text)
{
    (void)!write(STDERR_FILENO, text, strlen(text));
    _exit(resource_error);
}

static void open_standard_streams(void)
{
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; descriptor++) {
        if (fcntl(descriptor, F_GETFD) == -1) {
            // open returns the lowest free descriptor: this one. With the opposite access mode, using it fails.
            (void)!open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
        }
    }
}

static void check_files(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= many_files) {
        return;
    }
    limit.rlim_cur = limit.rlim_max < many_files ? limit.rlim_max : many_files;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < few_files) {
        char text[256];
        snprintf(
            text, sizeof text,
            "Error: this process may have %llu files open (ulimit -n), and needs %d\nHint: raise the limit\n",
            (unsigned long long)limit.rlim_cur, few_files);
        leave(text);
    }
}

static void check_addresses(void)
{
    struct rlimit limit;
    cpu_set_t cores;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return;
    }
    // The address space reserved (not used) by the libraries and, per thread, by its stack and malloc arena: with two
    // cores, on x86-64, 400 MB were enough to report a job's memory, and 300 were not.
    const int threads = sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
    const rlim_t needed = (300 + 64 * (rlim_t)threads) * megabyte;
    if (limit.rlim_cur >= needed) {
        return;
    }
    char text[256];
    snprintf(
        text, sizeof text,
        "Error: this process may have %llu MB of addresses (ulimit -v), and needs %llu MB on %d cores\n"
        "Hint: raise the limit; to limit memory itself, use a control group and --max-memory\n",
        (unsigned long long)limit.rlim_cur / megabyte, (unsigned long long)needed / megabyte, threads);
    leave(text);
}

static void start(void)
{
    open_standard_streams();
    check_files();
    check_addresses();
}

// The dynamic linker calls the functions in this section before the constructors of any library.
__attribute__((section(".preinit_array"), used)) static void (*const before_libraries)(void) = start;

#endif
