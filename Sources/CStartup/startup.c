#define _GNU_SOURCE

#include "CStartup.h"

extern char **environ;

char **cstartup_environment(void) { return environ; }

enum {
    resource_error = 69,
};

#ifdef __linux__
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

// Writes by a system call: the C library's streams may not be initialized yet, or be in use.
static _Noreturn void leave(const char *text)
{
    (void)!write(STDERR_FILENO, text, strlen(text));
    _exit(resource_error);
}

static int is_limited(int resource)
{
    struct rlimit limit;
    return getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

// The signals by which a program ends itself, and what was done on them before.
static const int traps[] = {SIGABRT, SIGILL, SIGTRAP};
static struct sigaction actions_before[sizeof traps / sizeof *traps];

// Calls only functions that are safe in a signal handler.
static void trap(int number)
{
    // Swift has no other answer to an allocation that fails. If so, there is not much room; without a limit, none.
    const size_t little = is_limited(RLIMIT_AS) || is_limited(RLIMIT_DATA) ? (size_t)1 << 28 : (size_t)1 << 24;
    void *room = mmap(NULL, little, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED) {
        leave("Error: the memory that this process may have (ulimit -d, ulimit -v) is used up\n"
              "Hint: raise the limit, or work at a smaller size with --size\n");
    }
    (void)munmap(room, little);
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) {
        if (traps[i] == number) {
            (void)sigaction(number, &actions_before[i], NULL);
        }
    }
    // A trap happens once more on return; an abort is raised again, for when this has returned.
    if (number == SIGABRT) {
        (void)raise(number);
    }
}

void cstartup_report_exhaustion(void)
{
    struct sigaction action = {.sa_handler = trap};
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < sizeof traps / sizeof *traps; i++) {
        (void)sigaction(traps[i], &action, &actions_before[i]);
    }
}

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

enum {
    megabyte = 1000000,
    few_files = 16,    // a job has less than ten open at a time
    many_files = 256,  // enough for any batch
    usual_stack = 8 << 20,
    small_stack = 1 << 20,
    seconds_to_write = 5,
};

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

static int core_count(void)
{
    cpu_set_t cores;
    return sched_getaffinity(0, sizeof cores, &cores) == 0 ? CPU_COUNT(&cores) : 1;
}

static void check_memory(int resource, const char *what, rlim_t needed)
{
    struct rlimit limit;
    if (getrlimit(resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= needed) {
        return;
    }
    char text[256];
    snprintf(
        text, sizeof text,
        "Error: this process may have %llu MB of %s, and needs %llu MB on %d cores\n"
        "Hint: raise the limit; to limit memory itself, use a control group and --max-memory\n",
        (unsigned long long)limit.rlim_cur / megabyte, what, (unsigned long long)needed / megabyte, core_count());
    leave(text);
}

static void check_stack(void)
{
    // The main thread's stack grows up to the limit of that time.
    struct rlimit limit;
    if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= usual_stack) {
        return;
    }
    limit.rlim_cur = limit.rlim_max < usual_stack ? limit.rlim_max : usual_stack;
    (void)setrlimit(RLIMIT_STACK, &limit);
    if (limit.rlim_cur < small_stack) {
        char text[256];
        snprintf(
            text, sizeof text,
            "Error: this process may have %llu KB of stack (ulimit -s), and needs %d\nHint: raise the limit\n",
            (unsigned long long)limit.rlim_cur >> 10, small_stack >> 10);
        leave(text);
    }
}

static void warn_before_time_is_up(void)
{
    // Where both limits are the same, the system kills the process without a word.
    struct rlimit limit;
    if (getrlimit(RLIMIT_CPU, &limit) != 0 || limit.rlim_cur != limit.rlim_max || limit.rlim_cur == RLIM_INFINITY) {
        return;
    }
    const rlim_t rest = limit.rlim_max / 10;
    limit.rlim_cur -= rest < seconds_to_write ? rest : seconds_to_write;
    (void)setrlimit(RLIMIT_CPU, &limit);
}

static void start(void)
{
    open_standard_streams();
    check_files();
    check_stack();
    warn_before_time_is_up();
    // The address space reserved (not used) by the libraries and, per thread, by its stack and malloc arena: with two
    // cores, on x86-64, 400 MB were enough to report a job's memory, and 300 were not.
    const rlim_t threads = (rlim_t)core_count();
    check_memory(RLIMIT_AS, "addresses (ulimit -v)", (300 + 64 * threads) * megabyte);
    // The same of what may be written to: 54 MB were enough with two cores.
    check_memory(RLIMIT_DATA, "data (ulimit -d)", (48 + 4 * threads) * megabyte);
}

// The dynamic linker calls the functions in this section before the constructors of any library.
__attribute__((section(".preinit_array"), used)) static void (*const before_libraries)(void) = start;

#endif
