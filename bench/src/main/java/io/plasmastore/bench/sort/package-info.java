/**
 * {@code bin/plasma bench sort}: the sort beside what others offer, on the same rows and machine.
 */
@NullMarked
package io.plasmastore.bench.sort;

import org.jspecify.annotations.NullMarked;
