# Bad: never gives the processor away.
    .globl  main
main:
    j       main
