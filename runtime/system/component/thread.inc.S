# What every thread of a component has: a record in the table `camkes_threads`, to which tp points. The stubs that
# the build makes from the assembly lay the table out; the record of no thread ends it.
.equ Thread_tcb,       0                # slot of its own TCB
.equ Thread_ipcBuffer, 4                # address of its IPC buffer
.equ Thread_index,     8                # 0 is the control thread
.equ Thread_badge,     12               # of the last message that it received
.equ Thread_init,      16               # what it calls while the component starts; 0 for nothing
.equ Thread_run,       20               # the loop of its interface; 0 for none
.equ Thread_flags,     24
.equ Thread_wants,     28               # bits of the notification for which it waits; 0 for none
.equ Thread_sleep,     32               # see signals.S
.equ Thread_bytes,     36

.equ ThreadFlag_passive, 1              # it has no time of its own, but for its start
.equ ThreadFlag_faults, 2               # it reports faults of the others, from the beginning on

# Calls a function that a component may have or not.
    .macro call_optional name
    .weak   \name
    la      t0, \name
    beqz    t0, .Lnone\@
    jalr    t0
.Lnone\@:
    .endm
