/* Branches grow with the distance: two, four, six or eight bytes. */
    .text
    beqz a0, near
    beqz a0, middle
    beqz a0, far
    beqz t0, far
    bltu a0, a1, far
    j near
    j far
    beq a0, a1, external
    bnez a0, external
    j external
    .zero 200
near:
    .zero 400
middle:
    .zero 6000
far:
    bgeu a0, a1, near
    bnez a0, near
    j near
    .option norvc
    bnez a0, near
    beqz a0, far
    j near
