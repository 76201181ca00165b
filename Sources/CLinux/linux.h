#ifndef USHER_LINUX_H
#define USHER_LINUX_H

/* What the standard library's Glibc module leaves out. */
#include <sys/epoll.h>
#include <sys/eventfd.h>

#endif
