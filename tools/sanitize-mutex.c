// Tells the thread sanitizer of what Swift's Mutex does when it has to wait: tools/sanitize preloads this.
//
// Locking a free Mutex is compiled into our code, where the sanitizer sees it. Waiting for one and handing it over happens in
// libswiftSynchronization, which is not compiled for the sanitizer, and in the kernel (FUTEX_LOCK_PI), so that everything under a
// Mutex that was ever waited for would be reported as a race. The three functions of that library are called through these.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

// Of the sanitizer's runtime: absent in the processes of swift test itself, which are preloaded as well.
__attribute__((weak)) void __tsan_acquire(void *address);
__attribute__((weak)) void __tsan_release(void *address);

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *mutex
#define NAME(function) "$s15Synchronization12_MutexHandleV" function

#define LOCK NAME("9_lockSlowyys6UInt32VF")
#define TRY_LOCK NAME("12_tryLockSlowSbyF")
#define UNLOCK NAME("11_unlockSlowyyF")

SWIFT void lockSlow(uint32_t thread, SELF) __asm__(LOCK);
SWIFT bool tryLockSlow(SELF) __asm__(TRY_LOCK);
SWIFT void unlockSlow(SELF) __asm__(UNLOCK);

static void *original(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function) return function;
    fprintf(stderr, "sanitize-mutex: this version of Swift has no %s\n", name);
    abort();
}

SWIFT void lockSlow(uint32_t thread, SELF) {
    ((SWIFT void (*)(uint32_t, SELF))original(LOCK))(thread, mutex);
    if (__tsan_acquire) __tsan_acquire(mutex);
}

SWIFT bool tryLockSlow(SELF) {
    bool isLocked = ((SWIFT bool (*)(SELF))original(TRY_LOCK))(mutex);
    if (isLocked && __tsan_acquire) __tsan_acquire(mutex);
    return isLocked;
}

SWIFT void unlockSlow(SELF) {
    if (__tsan_release) __tsan_release(mutex);
    ((SWIFT void (*)(SELF))original(UNLOCK))(mutex);
}
