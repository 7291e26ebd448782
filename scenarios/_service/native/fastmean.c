/* The arithmetic mean, compiled:  gcc -O2 -shared -fPIC -o libfastmean.so fastmean.c */
#include <stddef.h>

double fastmean(const double *values, size_t count)
{
    /* Kahan summation, so that the order of the values doesn't show in the result. */
    double sum = 0.0, carry = 0.0;
    for (size_t i = 0; i < count; i++) {
        double y = values[i] - carry;
        double t = sum + y;
        carry = (t - sum) - y;
        sum = t;
    }
    return sum / (double)count;
}
