# Bad: reads where the memory of others lies, if it lay in its own address space.
    .globl  main
main:
    li      t0, 0x50000000
    lw      a0, 0(t0)
    j       sdk_exit
