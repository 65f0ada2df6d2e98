/* The C preprocessor: object and function macros, # and ##, variadics, conditions; // comments too. */
#define REGISTER a0        // the usual one
#define LOAD(size, reg, offset) l##size reg, offset(sp)
#define NAME(x) #x
#define EXPAND_NAME(x) NAME(x)
#define EACH(first, ...) .word first; .half __VA_ARGS__
#define TEST(number, reg, expected, code...) \
test_##number:                               \
    code;                                    \
    li reg, expected;                        \
    bne a5, reg, test_##number
#define RECURSIVE (3) + (NOT_RECURSIVE)
#define NOT_RECURSIVE 4
#define EMPTY
#if defined(REGISTER) && (1 + 2 * 3 == 7) && !defined MISSING
    .text
    li REGISTER, 5
#elif 1
    .error "not here"
#else
    .error "nor here"
#endif
#ifndef __riscv_xlen
    .error "no architecture"
#endif
    LOAD(w, REGISTER, 8)
    LOAD(bu EMPTY, a1, 4)
    TEST(1, a1, 10, addi a5, zero, 3; add a5, a5, 7)
    TEST(2, a2, 0x12345678, \
         lw a5, (a2))
    .data
    .word RECURSIVE
    .asciz NAME(a "b" \ c), EXPAND_NAME(REGISTER)
    EACH(1, 2, 3, 4)
    .word __LINE__   # the line of the source
    .byte 'a', '#', ';'
    .asciz "/* kept */ // kept # kept ; kept"
#undef REGISTER
#ifdef REGISTER
    .error "undefined again"
#endif
