# What the support library of guest TypeScript asks of the runtime of components.

    .include "thread.inc.S"

    .text
    .globl  camkes_ipc_buffer, camkes_own_thread

# The address of the caller's IPC buffer.
camkes_ipc_buffer:
    lw      a0, Thread_ipcBuffer(tp)
    ret

# The slot of the caller's own TCB.
camkes_own_thread:
    lw      a0, Thread_tcb(tp)
    ret
