/**
 * The ways in which a process hands rows to another one on the same machine: through the store, and
 * as people do it without one.
 */
@NullMarked
package io.plasmastore.bench.handover;

import org.jspecify.annotations.NullMarked;
