#ifndef USHER_PROCESS_COUNTS_H
#define USHER_PROCESS_COUNTS_H

#include <stdint.h>

/* What the threads of this process have asked of the allocator and of the kernel, except threads that were left out.
   Linking this target replaces the allocator's entry points and the C library's calls for reading, writing, sending,
   receiving, waiting for sockets and syncing by ones that count. Futexes are not counted. */

/* Leaves the calling thread out from now on: the one that plays the clients. */
void process_counts_leave_out_this_thread(void);

/* Calls of malloc, calloc, realloc, posix_memalign and aligned_alloc so far. */
uint64_t process_counts_allocations(void);

/* System calls so far. */
uint64_t process_counts_system_calls(void);

#endif
