# What the support library of guest TypeScript asks of the runtime of components.

    .include "thread.inc.S"

    .text
    .globl  camkes_ipc_buffer

# The address of the caller's IPC buffer.
camkes_ipc_buffer:
    lw      a0, Thread_ipcBuffer(tp)
    ret
