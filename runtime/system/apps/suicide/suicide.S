# Writes where there is no memory.
    .globl  main
main:
    li      a0, 'g'
    sb      a0, 0(zero)
    j       main
