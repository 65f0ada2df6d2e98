/* The client. `run` is called by the component's control thread when everything is ready. */
#include <camkes.h>

static void print_number(const char *what, uint32_t number)
{
    char digits[11];
    char *at = digits + sizeof digits;

    *--at = '\0';
    do {
        *--at = '0' + number % 10;
        number /= 10;
    } while (number != 0);
    while (*what != '\0')
        putchar(*what++);
    puts(at);
}

int run(void)
{
    const int lengths[] = { 12, 30, 18 };

    /* Each of these is a call into another address space: a message through the kernel, and its reply. */
    statistics_add(3, lengths);
    print_number("sum: ", (uint32_t)statistics_sum());

    int count;
    char *text = statistics_describe(unit, &count);
    puts(text);
    print_number("values: ", (uint32_t)count);
    free(text);

    /* An `inout` array is replaced by the one that comes back, so it has to be allocated. */
    size_t size = 2;
    int *values = malloc(size * sizeof *values);
    values[0] = 3;
    values[1] = 4;
    statistics_scale(&size, &values, 10);
    print_number("scaled: ", (uint32_t)(values[0] + values[1]));
    free(values);
    return 0;
}
