#define _GNU_SOURCE
#include "process_counts.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

static _Atomic uint64_t allocations;
static _Atomic uint64_t system_calls;
static __thread int is_left_out;

void process_counts_leave_out_this_thread(void) { is_left_out = 1; }
uint64_t process_counts_allocations(void) { return atomic_load(&allocations); }
uint64_t process_counts_system_calls(void) { return atomic_load(&system_calls); }

static inline void count(_Atomic uint64_t *counter) {
    if (!is_left_out) atomic_fetch_add_explicit(counter, 1, memory_order_relaxed);
}

/* glibc's allocator under its own names. */
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

void *malloc(size_t size) {
    count(&allocations);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count(&allocations);
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
    count(&allocations);
    return __libc_realloc(memory, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count(&allocations);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    count(&allocations);
    void *found = __libc_memalign(alignment, size);
    if (found == NULL) return ENOMEM;
    *memory = found;
    return 0;
}

/* Each counts and then calls what comes next in the order of libraries. */
#define COUNTED(result, name, parameters, arguments)                                   \
    result name parameters {                                                           \
        static result(*_Atomic next) parameters;                                       \
        result(*found) parameters = atomic_load_explicit(&next, memory_order_relaxed); \
        if (found == NULL) {                                                           \
            found = (result(*) parameters)dlsym(RTLD_NEXT, #name);                     \
            atomic_store_explicit(&next, found, memory_order_relaxed);                 \
        }                                                                              \
        count(&system_calls);                                                          \
        return found arguments;                                                        \
    }

COUNTED(ssize_t, read, (int file, void *memory, size_t size), (file, memory, size))
COUNTED(ssize_t, write, (int file, const void *memory, size_t size), (file, memory, size))
COUNTED(ssize_t, readv, (int file, const struct iovec *parts, int number), (file, parts, number))
COUNTED(ssize_t, writev, (int file, const struct iovec *parts, int number), (file, parts, number))
COUNTED(ssize_t, pread, (int file, void *memory, size_t size, off_t offset), (file, memory, size, offset))
COUNTED(ssize_t, pwrite, (int file, const void *memory, size_t size, off_t offset), (file, memory, size, offset))
COUNTED(ssize_t, pwrite64, (int file, const void *memory, size_t size, off64_t offset), (file, memory, size, offset))
COUNTED(ssize_t, pwritev, (int file, const struct iovec *parts, int number, off_t offset), (file, parts, number, offset))
COUNTED(ssize_t, recv, (int file, void *memory, size_t size, int flags), (file, memory, size, flags))
COUNTED(ssize_t, send, (int file, const void *memory, size_t size, int flags), (file, memory, size, flags))
COUNTED(ssize_t, recvmsg, (int file, struct msghdr *message, int flags), (file, message, flags))
COUNTED(ssize_t, sendmsg, (int file, const struct msghdr *message, int flags), (file, message, flags))
COUNTED(int, epoll_wait, (int file, struct epoll_event *events, int number, int timeout), (file, events, number, timeout))
COUNTED(int, fsync, (int file), (file))
COUNTED(int, fdatasync, (int file), (file))
