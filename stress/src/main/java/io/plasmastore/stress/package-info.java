/**
 * What must hold whatever the processor and the compiler reorder: the races in shared memory under
 * jcstress, with each forbidden outcome named.
 */
@NullMarked
package io.plasmastore.stress;

import org.jspecify.annotations.NullMarked;
