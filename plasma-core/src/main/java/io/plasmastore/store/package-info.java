/**
 * The store: the daemon that owns the shared memory, embeddable in any JVM.
 *
 * <p>{@link io.plasmastore.store.PlasmaStore#launch} starts one inside this JVM, serving the same
 * socket as a process of its own would. All of its state belongs to one event-loop thread; every
 * method here may be called from any thread.
 */
@NullMarked
package io.plasmastore.store;

import org.jspecify.annotations.NullMarked;
