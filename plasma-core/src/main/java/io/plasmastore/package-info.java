/**
 * The client's side of the store: connect, create, seal, get, release.
 *
 * <p>Five types carry it. A {@link io.plasmastore.PlasmaClient} is one process's connection. An
 * {@link io.plasmastore.ObjectId} names an object. An {@link io.plasmastore.ObjectWriter} fills a
 * new object in shared memory and seals it. A {@link io.plasmastore.SealedObject} is a pin on a
 * sealed object: its bytes lie in memory shared with every other process and never change until the
 * pin is closed. A {@link io.plasmastore.PlasmaException} says what the world refused.
 *
 * <p><b>Threads.</b> A client and a sealed object may be used by any number of threads. A writer
 * belongs to one thread at a time, though many may write into its memory.
 *
 * <p><b>Errors.</b> A caller's mistake is an {@link java.lang.IllegalArgumentException} or {@link
 * java.lang.IllegalStateException}, thrown before anything changed. The world's fault is a {@link
 * io.plasmastore.PlasmaException} with an {@link io.plasmastore.ErrorCode}.
 *
 * <p><b>Memory.</b> Nothing handed out may be touched after the object, or the writer, that gave it
 * was closed: the memory may then belong to another object. Writing through a sealed object's
 * segment throws, since the segment is read-only.
 */
@NullMarked
package io.plasmastore;

import org.jspecify.annotations.NullMarked;
