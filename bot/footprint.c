/* Of a loaded file's segments only those are let go that nobody could ever write to: their pages
 * are the file's own. What the dynamic linker filled in and then protected lies in a segment that
 * was writable, and stays. */

#include "bot/footprint.h"

#include <link.h>
#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/* The dynamic linker wrote to code, too: rare, and its pages are not the file's any more. */
static bool has_patched_code(const struct dl_phdr_info *object)
{
    for (size_t i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];

        if (segment->p_type != PT_DYNAMIC) {
            continue;
        }
        for (const ElfW(Dyn) *entry = (const void *)(object->dlpi_addr + segment->p_vaddr);
             entry->d_tag != DT_NULL; entry++) {
            if (entry->d_tag == DT_TEXTREL ||
                (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL) != 0)) {
                return true;
            }
        }
    }
    return false;
}

/* Whole pages, as they are mapped. A refusal (it is locked in memory) is no harm. */
static void let_go(uintptr_t from, uintptr_t to)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

    from -= from % page;
    (void)madvise((void *)from, (to - from + page - 1) / page * page, MADV_DONTNEED);
}

/* Backwards: the first segment holds the table that is read here. */
static int shrink_object(struct dl_phdr_info *object, size_t size, void *unused)
{
    (void)size, (void)unused;
    if (has_patched_code(object)) {
        return 0;
    }
    for (size_t i = object->dlpi_phnum; i > 0; i--) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i - 1];
        uintptr_t from = object->dlpi_addr + segment->p_vaddr;

        if (segment->p_type == PT_LOAD && (segment->p_flags & PF_W) == 0) {
            let_go(from, from + segment->p_memsz);
        }
    }
    return 0;
}

void footprint_shrink(void)
{
    malloc_trim(0);
    dl_iterate_phdr(shrink_object, NULL); /* which holds off loading and unloading meanwhile */
}

int64_t footprint_heap(void)
{
    struct mallinfo2 heap = mallinfo2();

    return (int64_t)(heap.uordblks + heap.hblkhd);
}
