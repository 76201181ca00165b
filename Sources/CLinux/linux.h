#ifndef USHER_LINUX_H
#define USHER_LINUX_H

/* What the standard library's Glibc module leaves out. */
#include <spawn.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>

/* Declared by spawn.h for _GNU_SOURCE only. */
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);

/* Names the calling thread. A function, because prctl takes a variable number of arguments. */
static inline void usher_name_this_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

#endif
