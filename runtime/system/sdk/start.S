# Where the ProcessManager starts an application: a0 is the address of its IPC buffer, a1 the slot of its endpoint to the
# SDK, a2 the slot of the page for parameters, a3 the address of that page; sp is the end of its stack. The names of the
# four words are those of CantripOS, so programs that were written for its libraries are linked with this as well.

    .include "sel4.inc.S"

.equ SdkVerb_Exit, 89

    .section .text.init, "ax"
    .globl  _start
_start:
    .option push
    .option norelax
    la      gp, __global_pointer$
    .option pop
    la      t0, cantrip_ipc_buffer
    sw      a0, 0(t0)
    la      t0, CANTRIP_SDK_ENDPOINT
    sw      a1, 0(t0)
    la      t0, CANTRIP_SDK_FRAME
    sw      a2, 0(t0)
    la      t0, CANTRIP_SDK_PARAMS
    sw      a3, 0(t0)
    la      tp, thread
    sw      a0, 0(tp)

# A program in guest TypeScript has `sdk_run`, others have `main`. What it gives is the code that it exits with.
    .weak   __guest_start, sdk_run, main
    la      t0, __guest_start
    beqz    t0, 1f
    jalr    t0
1:  la      t0, sdk_run
    bnez    t0, 2f
    la      t0, main
2:  jalr    t0

# Ends the application with the code a0: the system takes its memory back while it waits here.
    .globl  sdk_exit
sdk_exit:
    la      t0, CANTRIP_SDK_PARAMS
    lw      t0, 0(t0)
    sw      a0, 0(t0)
    la      t0, cantrip_ipc_buffer
    lw      t0, 0(t0)
    la      t1, CANTRIP_SDK_FRAME
    lw      t1, 0(t1)
    sw      t1, IPCBuffer_caps(t0)
    la      a0, CANTRIP_SDK_ENDPOINT
    lw      a0, 0(a0)
    li      a1, (SdkVerb_Exit << 12) | (1 << 7)
    li      a7, seL4_SysCall
    ecall
    unimp

# The address of the caller's IPC buffer, for the support library.
    .globl  camkes_ipc_buffer
camkes_ipc_buffer:
    la      a0, cantrip_ipc_buffer
    lw      a0, 0(a0)
    ret

    .bss
    .balign 4
    .globl  cantrip_ipc_buffer, CANTRIP_SDK_ENDPOINT, CANTRIP_SDK_FRAME, CANTRIP_SDK_PARAMS
cantrip_ipc_buffer:
    .space  4
CANTRIP_SDK_ENDPOINT:
    .space  4
CANTRIP_SDK_FRAME:
    .space  4
CANTRIP_SDK_PARAMS:
    .space  4
# To which tp points: the IPC buffer comes first.
thread:
    .space  16
