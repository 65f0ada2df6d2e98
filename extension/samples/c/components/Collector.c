/* The server: a function for each method of its interface, called by the thread that waits for messages. */
#include <camkes.h>

static uint64_t total;
static int number;

void statistics_add(size_t values_sz, const int *values)
{
    for (size_t i = 0; i < values_sz; i += 1)
        total += (uint64_t)values[i];
    number += (int)values_sz;
}

uint64_t statistics_sum(void)
{
    return total;
}

/* The string that came is gone when we return; the one that we give is freed when it is sent. */
char *statistics_describe(const char *unit, int *count)
{
    static const char start[] = "lengths in ";
    size_t bytes = strlen(unit) + 1;
    char *text = malloc(sizeof start - 1 + bytes);

    *count = number;
    memcpy(text, start, sizeof start - 1);
    memcpy(text + sizeof start - 1, unit, bytes);
    return text;
}

void statistics_scale(size_t *values_sz, int **values, int factor)
{
    for (size_t i = 0; i < *values_sz; i += 1)
        (*values)[i] *= factor;
}
