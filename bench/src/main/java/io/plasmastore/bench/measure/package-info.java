/** Timing what is to be compared, in turns, and summing it up. */
@NullMarked
package io.plasmastore.bench.measure;

import org.jspecify.annotations.NullMarked;
