/**
 * What lies in shared memory: the index of objects, the heap of their bytes, and one page per
 * client for its pins. Each layout is drawn in the class that owns it, and repeated in {@code
 * docs/format.md}, which a test holds against the constants here.
 *
 * <p>The store alone writes the index. A client writes its own page, and the heap only within the
 * extent of an object that it is creating.
 */
@NullMarked
package io.plasmastore.memory;

import org.jspecify.annotations.NullMarked;
