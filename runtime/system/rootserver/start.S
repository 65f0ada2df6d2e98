# Where the kernel starts the root server: a0 is the address of BootInfo, every other register is 0, and there is no
# stack. What is below is all that is not guest TypeScript.

.equ BootInfo_ipcBuffer, 16

    .section .text.init, "ax"
    .globl  _start
_start:
    .option push
    .option norelax
    la      gp, __global_pointer$
    .option pop
    la      sp, stack_end
    lw      t0, BootInfo_ipcBuffer(a0)
    la      t1, ipc_buffer
    sw      t0, 0(t1)
    mv      s0, a0
    call    __guest_start
    mv      a0, s0
    la      a1, load_table
    call    load_system
    unimp

# The address of the caller's IPC buffer, for the support library.
    .globl  camkes_ipc_buffer
camkes_ipc_buffer:
    la      a0, ipc_buffer
    lw      a0, 0(a0)
    ret

# A kernel that knows this name gives the root task the memory that it lies in, to hand it on: see boot-plan.ts.
    .globl  root_task_memory_is_handed_on
.equ root_task_memory_is_handed_on, 1

    .section .bss
    .balign 16
    .space  4096
stack_end:
ipc_buffer:
    .space  4

# Entries of `UntypedMemory`, of 16 bytes: those of BootInfo, and pieces that are cut off.
    .globl  untyped_memory, untyped_memory_end
    .balign 4
untyped_memory:
    .space  400 * 16
untyped_memory_end:

# Objects of the program, and the sentence when it fails. Nothing is reclaimed.
    .globl  __guest_heap_start, __guest_heap_end
    .balign 8
__guest_heap_start:
    .space  8 * 1024
__guest_heap_end:
